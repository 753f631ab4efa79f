package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.HoldingBounds;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.KeyOwners;
import dev.sluice.policy.identity.UserSessions;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.listen.ListenBounds;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyInForce;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.app.heap.HeapTable;
import dev.sluice.proxy.app.log.RejectionLog;
import dev.sluice.proxy.proof.ClaimProofs;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limiter: the accounts of users and buckets, and the owners of access keys. It has no thread of its own. */
final class LimiterPart {
    private static final Logger LOG = LoggerFactory.getLogger(LimiterPart.class);

    /** How many users and buckets may have an account of their own at a time, whatever the heap. */
    private static final int ACCOUNTS_MAX = 1_000_000;

    private static final int ACCOUNTS_MIN = 1_000;
    /** An account with two windows takes 3,100 bytes; what sync remembers of it comes on top. */
    private static final int ACCOUNT_BYTES = 4_000;
    /** Accounts may take one part of the heap in so many. */
    private static final int HEAP_PARTS = 3;

    private static final int FORGET_SECONDS = 5;
    private static final int REJECTION_LOG_SECONDS = 10;

    /** An entry of the limits file, of the kind that takes most but a few. */
    private static final int ENTRY_BYTES = 150;

    private static final int UNKNOWN_KEY_BYTES = 300;
    /** A request that waits, without its bytes, which aren't in the heap. */
    private static final int WAITING_BYTES = 1_000;

    private final Admission admission;
    private final PolicyInForce policy;
    private final IdentityDirectory directory;
    private final ClaimProofs proofs;

    /**
     * Without a request yet.
     *
     * @param first the limits and identities at the start
     * @param owners the owners of access keys that RGW states
     */
    LimiterPart(Settings settings, PolicySnapshot first, KeyOwners owners, Housekeeping housekeeping) {
        String cluster = settings.sync().cluster();
        ListenBounds bounds = settings.listen().bounds();
        admission = admission(
                settings.sync(),
                first.limits(),
                new HoldingBounds(bounds.maxWaiting(), bounds.maxWaitingPerSubject()),
                housekeeping);
        policy = new PolicyInForce(admission, first);
        directory = new IdentityDirectory(cluster, policy::current, owners);
        warnOfOneAddress(settings);
        proofs = new ClaimProofs(settings.verify(), directory, System::currentTimeMillis);
        RejectionLog rejections = new RejectionLog(admission, directory);
        housekeeping.every(FORGET_SECONDS, () -> directory.sessions().expire(System.nanoTime()));
        housekeeping.everyAndAtEnd(REJECTION_LOG_SECONDS, () -> rejections.report(System.nanoTime()));
    }

    /** The accounts of one cluster, with the limits at the start. Accounts that are idle are forgotten. */
    static Admission admission(Settings.Sync sync, Policy first, HoldingBounds holding, Housekeeping housekeeping) {
        long epochOffsetNanos = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
        PacingSettings pacing = new PacingSettings(sync.interval().toNanos(), System.nanoTime());
        Admission admission =
                new Admission(new SubjectIds(sync.cluster()), accountsMax(), epochOffsetNanos, first, pacing, holding);
        housekeeping.every(FORGET_SECONDS, () -> admission.forgetIdle(System.nanoTime()));
        return admission;
    }

    /** The heap that the accounts of an admission take. */
    static HeapTable accounts(Admission admission) {
        return new HeapTable("accounts", admission::accountCount, ACCOUNT_BYTES);
    }

    /** Where feedback is all there is to go by, addresses have to tell clients apart. */
    private static void warnOfOneAddress(Settings settings) {
        boolean goesByFeedback = settings.verify() == VerifyMode.FEEDBACK
                || (settings.verify() == VerifyMode.AUTO && settings.rgwAdmin().isEmpty());
        boolean isPublic = !settings.listen().address().isLoopback();
        if (goesByFeedback && isPublic && settings.listen().trustedProxies().equals(TrustedProxies.NONE)) {
            LOG.warn("identity.verify goes by the address of a client, and listen.trusted-proxies is empty: if clients"
                    + " come through a balancer, name it there, or they all have one address");
        }
    }

    private static int accountsMax() {
        long fit = Runtime.getRuntime().maxMemory() / HEAP_PARTS / ACCOUNT_BYTES;
        return (int) Math.min(ACCOUNTS_MAX, Math.max(ACCOUNTS_MIN, fit));
    }

    /** What the limiter has in the heap. */
    List<HeapTable> heapTables() {
        return List.of(
                accounts(admission),
                new HeapTable("limits and access keys", () -> entries(policy.current()), ENTRY_BYTES),
                new HeapTable("unknown access keys", directory::unknownKeys, UNKNOWN_KEY_BYTES),
                new HeapTable("sessions of STS", () -> sessions(directory.sessions()), UserSessions.SESSION_BYTES),
                new HeapTable("waiting requests", () -> admission.holding().waiting(), WAITING_BYTES));
    }

    private static long sessions(UserSessions known) {
        return (long) known.learntCount() + known.reportedCount();
    }

    private static long entries(PolicySnapshot snapshot) {
        Policy limits = snapshot.limits();
        return (long) limits.users().size()
                + limits.buckets().size()
                + limits.tenants().size()
                + limits.quotas().named().size()
                + snapshot.identities().size();
    }

    /** The limits and identities in force. */
    PolicyInForce policy() {
        return policy;
    }

    Admission admission() {
        return admission;
    }

    /** What is known about the claims of requests. */
    ClaimProofs proofs() {
        return proofs;
    }

    IdentityDirectory directory() {
        return directory;
    }
}
