package dev.sluice.limits.admission;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.sharing.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * Finds the subjects of a request, and puts their limits on its ticket: the total, the tenant, the user or anonymous, the
 * bucket. Thread-safe; allocates nothing.
 */
final class RequestSubjects {
    private final AccountTable accounts;

    RequestSubjects(AccountTable accounts) {
        this.accounts = accounts;
    }

    /** Finds the limits that apply to one request, as they are then. */
    @FunctionalInterface
    interface Selection {
        void consider(Ticket ticket, long nowNanos);

        /** The limits that were considered have room, and were charged. */
        default void admitted(Ticket ticket, long nowNanos) {}
    }

    void consider(Identity identity, String bucket, OperationClass operation, Ticket ticket, long nowNanos) {
        considerTotal(operation, ticket, nowNanos);
        considerNamed(identity, bucket, operation, ticket, nowNanos);
    }

    void considerTotal(OperationClass operation, Ticket ticket, long nowNanos) {
        consider(accounts.of(Scope.TOTAL, "", nowNanos), operation, ticket);
    }

    /** @param address of a client whose request is not proven */
    void considerUnproven(String address, OperationClass operation, Ticket ticket, long nowNanos) {
        consider(accounts.of(Scope.UNPROVEN, address, nowNanos), operation, ticket);
    }

    /** The subjects that a request names: all but the total. */
    void considerNamed(Identity identity, String bucket, OperationClass operation, Ticket ticket, long nowNanos) {
        considerTenant(identity, operation, ticket, nowNanos);
        considerUser(identity, operation, ticket, nowNanos);
        considerBucket(bucket, operation, ticket, nowNanos);
    }

    /**
     * What another reading of the same request adds: each limit applies once.
     *
     * @param other {@link Identity#NOBODY}: nobody else
     */
    void considerOther(
            Identity other,
            String otherBucket,
            Identity identity,
            String bucket,
            OperationClass operation,
            Ticket ticket,
            long nowNanos) {
        if (!other.equals(Identity.NOBODY) && !other.equals(identity)) {
            if (!other.tenant().equals(identity.tenant())) {
                considerTenant(other, operation, ticket, nowNanos);
            }
            considerUser(other, operation, ticket, nowNanos);
        }
        if (!otherBucket.equals(bucket)) {
            considerBucket(otherBucket, operation, ticket, nowNanos);
        }
    }

    private void considerTenant(Identity identity, OperationClass operation, Ticket ticket, long nowNanos) {
        if (!identity.tenant().isEmpty()) {
            consider(accounts.of(Scope.TENANT, identity.tenant(), nowNanos), operation, ticket);
        }
    }

    private void considerUser(Identity identity, OperationClass operation, Ticket ticket, long nowNanos) {
        Account account = identity.isAnonymous()
                ? accounts.of(Scope.ANONYMOUS, "", nowNanos)
                : accounts.of(Scope.USER, identity.user(), nowNanos);
        consider(account, operation, ticket);
    }

    private void considerBucket(String bucket, OperationClass operation, Ticket ticket, long nowNanos) {
        if (!bucket.isEmpty()) {
            consider(accounts.of(Scope.BUCKET, bucket, nowNanos), operation, ticket);
        }
    }

    /**
     * Checks whether the limits of the user and bucket of a request have room as far as this node knows the cluster. Nothing is
     * taken, nothing is counted as asked for, and nobody gets an account by it.
     *
     * @param ahead so many requests before this one may be charged yet
     * @return the first limit without room; null: all have room
     */
    @Nullable
    Ledger refusing(Identity identity, String bucket, OperationClass operation, int ahead, long nowNanos) {
        Ledger refusing = null;
        if (!identity.tenant().isEmpty()) {
            refusing = refusing(Scope.TENANT, identity.tenant(), operation, ahead, nowNanos);
        }
        if (refusing == null && !identity.equals(Identity.NOBODY)) {
            refusing = refusing(
                    identity.isAnonymous() ? Scope.ANONYMOUS : Scope.USER, identity.user(), operation, ahead, nowNanos);
        }
        if (refusing == null && !bucket.isEmpty()) {
            refusing = refusing(Scope.BUCKET, bucket, operation, ahead, nowNanos);
        }
        return refusing;
    }

    private @Nullable Ledger refusing(Scope scope, String name, OperationClass operation, int ahead, long nowNanos) {
        Account account = accounts.known(scope, name);
        if (account == null && accounts.strictness(scope, name, operation) == Strictness.CLOSED) {
            account = accounts.named(scope, name, nowNanos);
        }
        return account == null ? null : account.refusing(operation, ahead, nowNanos);
    }

    /** The first limit of a client's address without room; null: all have. */
    @Nullable
    Ledger refusingUnproven(String address, OperationClass operation, long nowNanos) {
        Account account = accounts.of(Scope.UNPROVEN, address, nowNanos);
        return account == null ? null : account.refusing(operation, 0, nowNanos);
    }

    /** What the limits of its user and bucket may do to a request, or the total, or what is set for its address. */
    Strictness strictness(Identity identity, String bucket, String address, OperationClass operation) {
        Strictness strictness = accounts.strictness(Scope.TOTAL, "", operation);
        if (!identity.tenant().isEmpty()) {
            strictness = strictness.or(accounts.strictness(Scope.TENANT, identity.tenant(), operation));
        }
        if (!identity.equals(Identity.NOBODY)) {
            Scope scope = identity.isAnonymous() ? Scope.ANONYMOUS : Scope.USER;
            strictness = strictness.or(accounts.strictness(scope, identity.user(), operation));
        }
        if (!bucket.isEmpty()) {
            strictness = strictness.or(accounts.strictness(Scope.BUCKET, bucket, operation));
        }
        return strictness.mayReject() || accounts.policy().ownUnproven().isEmpty()
                ? strictness
                : strictness.or(accounts.strictness(Scope.UNPROVEN, address, operation));
    }

    private static void consider(@Nullable Account account, OperationClass operation, Ticket ticket) {
        if (account != null) {
            account.consider(operation, ticket);
        }
    }
}
