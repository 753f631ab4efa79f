package dev.sluice.proxy.admin.limits;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.LimitOrigin;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyOrigins;
import dev.sluice.policy.source.PolicySnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Explains what would become of a request now: which limits apply, where each is set, which decides, and what is left. It
 * asks the same accounts as a request and charges nothing. A subject that nobody has used lately has no account: its limits
 * are shown unused.
 *
 * <p>Thread-safe. For people: it may take a millisecond and more.
 */
public final class LimitExplainer {
    private static final double NANOS_PER_SECOND = 1e9;

    private final String node;
    private final Supplier<PolicySnapshot> policy;
    private final Supplier<PolicyOrigins> origins;
    private final IdentityDirectory directory;
    private final Admission admission;

    /**
     * Explains the decisions of one sidecar.
     *
     * @param policy gives the limits in force
     * @param origins gives where they are set
     * @param directory knows which users nothing limits
     */
    public LimitExplainer(
            String node,
            Supplier<PolicySnapshot> policy,
            Supplier<PolicyOrigins> origins,
            IdentityDirectory directory,
            Admission admission) {
        this.node = node;
        this.policy = policy;
        this.origins = origins;
        this.directory = directory;
        this.admission = admission;
    }

    /** How much of a limit is used, whether it has an account or not. */
    private record LimitState(
            Scope scope,
            String subject,
            PolicyEntry entry,
            Dimension dimension,
            Limit limit,
            Optional<LimitUsage> usage) {
        long waitNanos() {
            return usage.map(LimitUsage::waitNanosHere).orElse(limit.amount() == 0 ? Meter.NEVER : 0);
        }

        long remaining() {
            return usage.map(LimitUsage::remaining).orElse(limit.amount() == 0 ? 0 : limit.capacity());
        }

        boolean isShadow() {
            return limit.onExceed().isShadow();
        }

        /** Bytes are charged as they pass: a request is asked for none of them. */
        boolean refuses() {
            return !isShadow() && waitNanos() > 0;
        }

        /** The part of it that is left: how limits of different units compare. */
        double part() {
            return limit.capacity() == 0 ? 0 : (double) remaining() / limit.capacity();
        }
    }

    /** A request, as limits see it. */
    private record Asked(Identity identity, String bucket, OperationClass operation, String address) {
        /** Whether nobody knows yet if the sender has the secret of the access key. */
        boolean isUnproven() {
            return !address.isEmpty() && !identity.isAnonymous();
        }
    }

    /**
     * Explains a request.
     *
     * @param user {@code uid} or {@code tenant$uid}; empty: a request without credentials
     * @param bucket {@code name} or {@code tenant:name}; empty: none
     * @param address as limits name it, of a client whose access key is not proven; empty: it is
     */
    public ExplainBody explain(String user, String bucket, OperationClass operation, String address, long nowNanos) {
        Identity identity = user.isEmpty() ? Identity.ANONYMOUS : Identity.ofUser(user);
        Asked asked = new Asked(identity, bucketKey(bucket, identity.tenant()), operation, address);
        boolean exempt = directory.isExempt(user);
        if (exempt && !asked.isUnproven()) {
            return body(asked, ExplainedVerdict.EXEMPT, user + " is never limited", List.of());
        }
        PolicyOrigins places = origins.get();
        List<LimitState> states = exempt ? new ArrayList<>() : states(asked, places, nowNanos);
        if (asked.isUnproven() && (exempt || isAddressLimited(states))) {
            addStates(Scope.UNPROVEN, address, operation, places, states, nowNanos);
        }
        Optional<LimitState> binding = binding(states);
        List<ExplainedLimit> rows = states.stream()
                .map(state -> row(state, binding.filter(state::equals).isPresent(), places))
                .toList();
        ExplainedVerdict verdict = verdict(states, asked.isUnproven());
        return body(asked, verdict, summary(verdict, binding, places), rows);
    }

    private List<LimitState> states(Asked asked, PolicyOrigins places, long nowNanos) {
        Identity identity = asked.identity();
        OperationClass operation = asked.operation();
        List<LimitState> states = new ArrayList<>();
        addStates(Scope.TOTAL, "", operation, places, states, nowNanos);
        if (identity.isAnonymous()) {
            addStates(Scope.ANONYMOUS, "", operation, places, states, nowNanos);
        } else {
            if (!identity.tenant().isEmpty()) {
                addStates(Scope.TENANT, identity.tenant(), operation, places, states, nowNanos);
            }
            addStates(Scope.USER, identity.user(), operation, places, states, nowNanos);
        }
        if (!asked.bucket().isEmpty()) {
            addStates(Scope.BUCKET, asked.bucket(), operation, places, states, nowNanos);
        }
        return states;
    }

    /** The default of addresses holds only beside another limit that may reject. */
    private boolean isAddressLimited(List<LimitState> states) {
        return policy.get().limits().ownUnproven().isPresent()
                || states.stream().anyMatch(state -> !state.isShadow());
    }

    private ExplainBody body(Asked asked, ExplainedVerdict verdict, String summary, List<ExplainedLimit> rows) {
        return new ExplainBody(
                node,
                IdentityDirectory.display(asked.identity().user()),
                asked.identity().tenant(),
                directory.display(Scope.BUCKET, asked.bucket()),
                asked.operation(),
                asked.isUnproven() ? asked.address() : "",
                verdict,
                summary,
                rows);
    }

    /** A bucket without a tenant is one of the requester's. */
    private static String bucketKey(String bucket, String tenant) {
        if (bucket.startsWith(":")) {
            return bucket.substring(1);
        }
        return bucket.isEmpty() || tenant.isEmpty() || bucket.indexOf(':') > 0 ? bucket : tenant + ":" + bucket;
    }

    private void addStates(
            Scope scope,
            String subject,
            OperationClass operation,
            PolicyOrigins places,
            List<LimitState> to,
            long nowNanos) {
        LimitSet limits = policy.get().limits().limitsOf(scope, subject);
        Optional<PolicyEntry> entry = places.entryFor(scope, subject);
        if (limits.isUnlimited() || entry.isEmpty()) {
            return;
        }
        List<LimitUsage> usages = admission.usageOf(scope, subject, nowNanos);
        boolean reads = operation == OperationClass.READ || operation == OperationClass.LIST;
        Dimension counted = limits.get(operation.own()) != null ? operation.own() : operation.fallback();
        Dimension bytes = reads ? Dimension.READ_BYTES : Dimension.WRITE_BYTES;
        for (Dimension dimension : List.of(counted, bytes, Dimension.CONCURRENT_REQUESTS)) {
            Limit limit = limits.get(dimension);
            if (limit != null) {
                Optional<LimitUsage> usage = usages.stream()
                        .filter(row -> row.dimension() == dimension)
                        .findFirst();
                to.add(new LimitState(scope, subject, entry.get(), dimension, limit, usage));
            }
        }
    }

    /** As a request finds it: of the limits that refuse, the one that takes longest; else the one with the least left. */
    private static Optional<LimitState> binding(List<LimitState> states) {
        Optional<LimitState> refusing =
                states.stream().filter(LimitState::refuses).max(Comparator.comparingLong(LimitState::waitNanos));
        return refusing.or(() ->
                states.stream().filter(state -> !state.isShadow()).min(Comparator.comparingDouble(LimitState::part)));
    }

    /** What is not proven may wait for the total alone. */
    private static ExplainedVerdict verdict(List<LimitState> states, boolean isUnproven) {
        List<LimitState> refusing = states.stream().filter(LimitState::refuses).toList();
        if (!refusing.isEmpty()) {
            boolean mayWait = refusing.stream()
                    .allMatch(state ->
                            state.limit().onExceed().mayWait() && (!isUnproven || state.scope() == Scope.TOTAL));
            return mayWait ? ExplainedVerdict.HELD : ExplainedVerdict.REJECTED;
        }
        return states.isEmpty() ? ExplainedVerdict.UNLIMITED : ExplainedVerdict.ADMITTED;
    }

    private static String summary(ExplainedVerdict verdict, Optional<LimitState> binding, PolicyOrigins places) {
        if (binding.isEmpty()) {
            return verdict == ExplainedVerdict.UNLIMITED ? "no limit applies" : "only shadow limits apply";
        }
        LimitState state = binding.get();
        String limit = state.dimension().key() + " = " + state.limit().text() + " of "
                + state.entry().text() + " ("
                + places.of(state.entry(), state.dimension()).text() + ")";
        return switch (verdict) {
            case REJECTED ->
                state.limit().amount() == 0
                        ? "rejected: " + limit + " lets nothing through"
                        : "rejected by " + limit + inSeconds(state);
            case HELD -> "waits for " + limit + inSeconds(state);
            case ADMITTED, EXEMPT, UNLIMITED ->
                "admitted; the next limit is " + limit + ", which has " + state.remaining() + " left";
        };
    }

    private static String inSeconds(LimitState state) {
        return String.format(Locale.ROOT, ", which has room in %.1f s", state.waitNanos() / NANOS_PER_SECOND);
    }

    private ExplainedLimit row(LimitState state, boolean binds, PolicyOrigins places) {
        Limit limit = state.limit();
        OnExceed onExceed = limit.onExceed();
        LimitOrigin origin = places.of(state.entry(), state.dimension());
        long waitNanos = state.waitNanos();
        double atOnce = state.usage().map(LimitUsage::atOnceHere).orElse(0.0);
        return new ExplainedLimit(
                state.scope(),
                directory.display(state.scope(), state.subject()),
                state.entry().text(),
                state.dimension(),
                limit.text(),
                limit.amount(),
                limit.periodNanos() / NANOS_PER_SECOND,
                limit.meterKey(),
                onExceed.action(),
                onExceed.mayWait() ? Optional.of(onExceed.maxWaitNanos() / NANOS_PER_SECOND) : Optional.empty(),
                origin.text(),
                origin.kind(),
                places.overridden(state.entry(), state.dimension()).stream()
                        .map(LimitOrigin::text)
                        .toList(),
                binds,
                state.usage().map(LimitUsage::used).orElse(0L),
                state.remaining(),
                atOnce > 0 ? Optional.of((long) Math.min(atOnce, (double) state.remaining())) : Optional.empty(),
                waitNanos <= 0,
                waitNanos == Meter.NEVER ? Optional.empty() : Optional.of(Math.max(0, waitNanos) / NANOS_PER_SECOND),
                state.usage().map(LimitUsage::rejectedHere).orElse(0L),
                state.usage().map(LimitUsage::wouldRejectHere).orElse(0L));
    }
}
