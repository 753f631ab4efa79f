package dev.sluice.limits.admission;

import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.sharing.ClusterView;
import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.sharing.LedgerHistory;
import dev.sluice.limits.usage.SubjectHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that are in use, by name for requests and by id for reports of peers.
 *
 * <p>The table is bounded: beyond {@code maxAccounts}, unknown subjects share one account per scope, unless the policy names
 * them. A subject that keeps coming gets the place of an account whose meters are empty again, which loses nothing. So
 * made-up names that come once displace no account, and no subject that comes again.
 *
 * <p>Subjects that only peers use have half of the places at most: a peer can report any number of them. What is reported of
 * more isn't charged here.
 *
 * <p>Quotas with an entry of their own keep their accounts for good, beside those places. Quotas without one have half of the
 * places at most: their names are made up by callers.
 *
 * <p>Lookups take no lock. A changed policy reaches every account, also one that is made meanwhile: the thread that makes an
 * account reads the policy again once the account is in the table. It waits for the swap of that one account, and not for that
 * of all, which takes a while where there are many.
 */
final class AccountTable {
    /** The name of the account that subjects beyond the bound share; no bucket has a slash in its name. */
    static final String OVERFLOW = "/overflow";
    /** A subject that comes so often while the table is full gets an account when there is an idle one. */
    private static final int SIGHTINGS_MIN = 3;
    /** How many accounts are tried for one newcomer. */
    private static final int EVICTION_TRIES = 32;

    private final SubjectIds ids;
    private final int maxAccounts;
    private final ClusterView cluster;
    private final UrgentAccounts urgent;
    /** By scope. */
    private final List<ConcurrentHashMap<String, Account>> byName;

    private final ConcurrentHashMap<SubjectId, Account> byId = new ConcurrentHashMap<>();
    private final AtomicInteger overflowed = new AtomicInteger();
    /** The accounts that no request here has used, or a few more. */
    private final AtomicInteger remoteOnly = new AtomicInteger();
    /** The accounts of quotas with an entry of their own, or a few more. */
    private final AtomicInteger namedQuotas = new AtomicInteger();
    /** The accounts of other quotas, or a few more. */
    private final AtomicInteger otherQuotas = new AtomicInteger();

    private final FrequencySketch newcomers;
    private final AtomicBoolean evicting = new AtomicBoolean();
    /** Where the search for an idle account continues; belongs to the thread that holds {@code evicting}. */
    private Iterator<Account> hand = Collections.emptyIterator();

    private volatile Rules rules;

    /** A policy, and the names of its entries by id, for subjects that are known by a peer's report only. */
    private record Rules(int version, Policy policy, NamedSubjects names, Set<Scope> limited) {}

    AccountTable(SubjectIds ids, int maxAccounts, ClusterView cluster, UrgentAccounts urgent, Policy policy) {
        this.ids = ids;
        this.maxAccounts = maxAccounts;
        this.newcomers = new FrequencySketch(maxAccounts);
        this.cluster = cluster;
        this.urgent = urgent;
        List<ConcurrentHashMap<String, Account>> maps = new ArrayList<>();
        for (int i = 0; i < Scope.count(); i++) {
            maps.add(new ConcurrentHashMap<>());
        }
        this.byName = List.copyOf(maps);
        this.rules = rulesOf(0, policy, new NamedSubjects(ids, policy));
    }

    private static Rules rulesOf(int version, Policy policy, NamedSubjects names) {
        Set<Scope> limited = EnumSet.noneOf(Scope.class);
        for (Scope scope : Scope.values()) {
            if (!policy.unnamed(scope).isUnlimited() || !policy.named(scope).isEmpty()) {
                limited.add(scope);
            }
        }
        if (!policy.quotas().isEmpty()) {
            limited.add(Scope.QUOTA);
        }
        return new Rules(version, policy, names, limited);
    }

    Policy policy() {
        return rules.policy;
    }

    /** Swaps the policy; accounts keep what was charged. */
    void policy(Policy policy, long nowNanos) {
        // before the lock: the sync waits for it, and this takes a while for a large policy
        NamedSubjects names = new NamedSubjects(ids, policy);
        synchronized (this) {
            rules = rulesOf(rules.version + 1, policy, names);
            for (Account account : byId.values()) {
                applyRules(account, nowNanos);
            }
        }
    }

    /** Swaps the view of the cluster; accounts keep what was charged. */
    synchronized void updateMembership(Membership next, long nowNanos) {
        cluster.updateMembership(next, nowNanos);
        for (Account account : byId.values()) {
            synchronized (account) {
                account.updateMembership(nowNanos);
            }
        }
    }

    /** The rules in force when it is the account's turn: whichever thread is the last one applies the newest. */
    private void applyRules(Account account, long nowNanos) {
        synchronized (account) {
            LimitSet limits = limitsOf(rules, account.id, account.scope, account.name());
            account.apply(limits, cluster, nowNanos);
            if (limits.isUnlimited()) {
                forget(account);
            }
        }
    }

    private static LimitSet limitsOf(Rules rules, SubjectId id, Scope scope, @Nullable String name) {
        String known = name != null ? name : rules.names.get(id);
        if (known == null && scope == Scope.QUOTA) {
            known = rules.names.namespacePart(id);
        }
        return known != null ? rules.policy.limitsOf(scope, known) : rules.policy.unnamed(scope);
    }

    /** The account of a subject that is there already. */
    @Nullable
    Account known(Scope scope, String name) {
        return namesOf(scope).get(name);
    }

    /** The account of a subject, made if need be; null if nothing limits it. */
    @Nullable
    Account of(Scope scope, String name, long nowNanos) {
        if (!rules.limited.contains(scope)) {
            return null;
        }
        ConcurrentHashMap<String, Account> named = namesOf(scope);
        Account account = named.get(name);
        if (account == null) {
            if (rules.policy.limitsOf(scope, name).isUnlimited()) {
                return null;
            }
            account = make(ids.of(scope, name), scope, name, nowNanos);
        }
        account.touch(nowNanos);
        return account;
    }

    /** What the limits of a subject may do to an operation. Makes no account. */
    Strictness strictness(Scope scope, String name, OperationClass operation) {
        Rules now = rules;
        return now.limited.contains(scope)
                ? Strictness.of(now.policy.limitsOf(scope, name), operation)
                : Strictness.UNLIMITED;
    }

    /** The account of a subject with limits of its own, else one that all others of the scope share. */
    @Nullable
    Account named(Scope scope, String name, long nowNanos) {
        return of(scope, rules.policy.named(scope).containsKey(name) ? name : OVERFLOW, nowNanos);
    }

    /** The account of a subject that a peer reports, if it is there already. */
    @Nullable
    Account known(SubjectId id) {
        return byId.get(id);
    }

    /** The account of a subject that a peer reports, made if need be; null if nothing limits it here, or without place. */
    @Nullable
    Account of(SubjectId id, Scope scope, long nowNanos) {
        Account account = byId.get(id);
        if (account == null) {
            Rules now = rules;
            String name = now.names.get(id);
            if (limitsOf(now, id, scope, name).isUnlimited()) {
                return null;
            }
            // A peer may report any scope. The id of a name shows which one is right.
            if (name != null ? !id.equals(ids.of(scope, name)) : !hasRemotePlace(id, scope, nowNanos)) {
                return null;
            }
            account = make(id, scope, name, nowNanos);
        }
        account.touch(nowNanos);
        return account;
    }

    private boolean hasRemotePlace(SubjectId id, Scope scope, long nowNanos) {
        if (scope == Scope.TOTAL || scope == Scope.ANONYMOUS) {
            return id.equals(ids.of(scope, ""));
        }
        boolean hasPlace = remoteOnly.get() < maxAccounts / 2 && (!isFull(scope) || makePlace(id, nowNanos));
        if (hasPlace) {
            remoteOnly.incrementAndGet();
        } else {
            overflowed.incrementAndGet();
        }
        return hasPlace;
    }

    /**
     * Takes over what was used of a subject's limit before this node started. An unknown subject gets an account, if there is
     * place for one of its own.
     *
     * @return whether there is such a limit
     */
    synchronized boolean restore(SubjectHistory history, HistoryOrigin origin, long nowNanos) {
        Account account = of(history.id(), history.scope(), nowNanos);
        if (account == null || !account.id.equals(history.id())) {
            return false;
        }
        Ledger ledger = account.ledger(history.dimension());
        return ledger != null && LedgerHistory.restore(ledger, history.usage(), origin, nowNanos);
    }

    private Account make(SubjectId id, Scope scope, @Nullable String name, long nowNanos) {
        Account known = byId.get(id);
        if (known == null && isFull(scope) && !hasPlace(id, scope, name) && !makePlace(id, nowNanos)) {
            overflowed.incrementAndGet();
            String overflow = overflow(id, scope, name);
            Account shared = namesOf(scope).get(overflow);
            return shared != null ? shared : make(ids.of(scope, overflow), scope, overflow, nowNanos);
        }
        Rules seen = rules;
        if (name != null && known != null && known.scope != scope) {
            // A peer has reported it in another scope, with other limits.
            forget(known);
        }
        Account account = byId.computeIfAbsent(
                id, key -> new Account(key, scope, name, limitsOf(seen, key, scope, name), cluster, urgent, nowNanos));
        if (known == null && scope == Scope.QUOTA) {
            (rules.names.contains(id) ? namedQuotas : otherQuotas).incrementAndGet();
        }
        if (name != null) {
            account.name(name);
            namesOf(scope).putIfAbsent(name, account);
        }
        if (rules.version != seen.version) {
            applyRules(account, nowNanos);
        }
        return account;
    }

    private boolean isFull(Scope scope) {
        return byId.size() - namedQuotas.get() >= maxAccounts
                || (scope == Scope.QUOTA && otherQuotas.get() >= maxAccounts / 2);
    }

    /** The account that subjects without a place share. Quotas of one namespace have the same limit. */
    private String overflow(SubjectId id, Scope scope, @Nullable String name) {
        if (scope != Scope.QUOTA) {
            return OVERFLOW;
        }
        String part = name != null ? QuotaName.namespacePart(name) : rules.names.namespacePart(id);
        return part != null ? part : OVERFLOW;
    }

    private boolean isNamedQuota(Account account) {
        return account.scope == Scope.QUOTA && rules.names.contains(account.id);
    }

    /** Forgets an account that has become idle, for a newcomer that was seen several times lately. */
    private boolean makePlace(SubjectId newcomer, long nowNanos) {
        if (newcomers.see(newcomer) < SIGHTINGS_MIN || !evicting.compareAndSet(false, true)) {
            return false;
        }
        try {
            for (int i = 0; i < EVICTION_TRIES; i++) {
                if (!hand.hasNext()) {
                    hand = byId.values().iterator();
                    if (!hand.hasNext()) {
                        return true;
                    }
                }
                Account account = hand.next();
                if (account.isForgettable(nowNanos, 0) && !isNamedQuota(account)) {
                    forget(account);
                    return true;
                }
            }
            return false;
        } finally {
            evicting.set(false);
        }
    }

    /** A subject with an entry of its own in the policy always gets an account. */
    private boolean hasPlace(SubjectId id, Scope scope, @Nullable String name) {
        return rules.names.contains(id) || overflow(id, scope, name).equals(name);
    }

    /** Forgets accounts that have been idle for long enough that nothing is lost by it. */
    void forgetIdle(long nowNanos, long idleNanos) {
        int withoutName = 0;
        int named = 0;
        int others = 0;
        for (Account account : byId.values()) {
            boolean isNamedQuota = isNamedQuota(account);
            if (!isNamedQuota && account.isForgettable(nowNanos, idleNanos)) {
                forget(account);
            } else {
                withoutName += account.name() == null ? 1 : 0;
                named += isNamedQuota ? 1 : 0;
                others += account.scope == Scope.QUOTA && !isNamedQuota ? 1 : 0;
            }
        }
        remoteOnly.set(withoutName);
        namedQuotas.set(named);
        otherQuotas.set(others);
    }

    private void forget(Account account) {
        byId.remove(account.id, account);
        String name = account.name();
        if (name != null) {
            namesOf(account.scope).remove(name, account);
        }
        // Last: a thread that finds it until now still applies what it received.
        account.forget();
    }

    Iterable<Account> all() {
        return byId.values();
    }

    int size() {
        return byId.size();
    }

    /** How often a subject found the table full. */
    int overflowed() {
        return overflowed.get();
    }

    private ConcurrentHashMap<String, Account> namesOf(Scope scope) {
        return byName.get(scope.ordinal());
    }
}
