package dev.sluice.limits.model;

/**
 * The user that a request is from, as far as limits care.
 *
 * @param user {@code uid} or {@code tenant$uid}, or {@code key:} and a hash for an access key of no known user;
 *     empty: anonymous
 * @param tenant empty: none
 * @param isExempt nothing limits this user and nothing is charged; the caller doesn't ask for admission then
 */
public record Identity(String user, String tenant, boolean isExempt) {
    /** A request without credentials. */
    public static final Identity ANONYMOUS = new Identity("", "");

    /** No requester at all: only limits of bucket and total apply. */
    public static final Identity NOBODY = new Identity("", "", true);

    /** A user that limits apply to. */
    public Identity(String user, String tenant) {
        this(user, tenant, false);
    }

    /** The same user without limits. */
    public Identity exempt() {
        return new Identity(user, tenant, true);
    }

    /** The identity of a user name as Ceph writes it. */
    public static Identity ofUser(String user) {
        int dollar = user.indexOf('$');
        return new Identity(user, dollar < 0 ? "" : user.substring(0, dollar));
    }

    /** Whether the request has no credentials. */
    public boolean isAnonymous() {
        return user.isEmpty();
    }
}
