package dev.sluice.policy.rgw;

import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.KeyOwners;
import dev.sluice.policy.rgw.client.RgwAdminApi;
import dev.sluice.policy.rgw.client.RgwAdminClient;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.policy.rgw.client.RgwState;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users and rate limits of RGW, learnt by its Admin API on a thread of its own and kept in memory.
 *
 * <p>A key is asked about once RGW has accepted it, so the first requests of a key count for the key alone, until the answer
 * is there. While RGW is away, or refuses the admin user, all that is known stays in use.
 *
 * <p>Thread-safe. Event loops call it and never wait.
 */
public final class RgwDirectory implements KeyOwners, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RgwDirectory.class);
    private static final long PAUSE_NANOS_MAX = 250_000_000L;
    private static final long FAULT_PAUSE_NANOS = 1_000_000_000L;
    /** Longer than a call takes. */
    private static final long CLOSE_MILLIS_MAX = 6_000;

    private final RgwAdminApi api;
    private final RgwKeyTable keys;
    private final RgwBucketTable buckets = new RgwBucketTable();
    private final RgwLimitLookups limits;
    private final RgwLookups lookups;
    private final RgwStatusLog log;
    private final Thread worker;
    private volatile boolean isClosed;

    /** Asks nothing yet. */
    public RgwDirectory(RgwAdminSettings settings) {
        this(new RgwAdminClient(settings, System::currentTimeMillis), settings);
    }

    /** @param api belongs to this from now on */
    RgwDirectory(RgwAdminApi api, RgwAdminSettings settings) {
        long nowNanos = System.nanoTime();
        long nowWallMillis = System.currentTimeMillis();
        this.api = api;
        this.worker = new Thread(this::work, "rgw-directory");
        this.keys = new RgwKeyTable(System::nanoTime, settings.refresh().toNanos(), () -> LockSupport.unpark(worker));
        RgwUserTable users = new RgwUserTable(keys);
        this.limits = new RgwLimitLookups(api, settings, users, buckets, nowNanos, nowWallMillis);
        this.lookups = new RgwLookups(api, settings, keys, users, limits, nowNanos, nowWallMillis);
        this.log = new RgwStatusLog(settings.endpoint().toString());
        worker.setDaemon(true);
    }

    /**
     * Begins to ask.
     *
     * @param sidecars how many the cluster has, this one included: as many gateways there are
     */
    public void start(IntSupplier sidecars) {
        limits.countBy(sidecars);
        worker.start();
    }

    private void work() {
        while (!isClosed) {
            long pauseNanos;
            try {
                pauseNanos = lookups.step(System.nanoTime(), System.currentTimeMillis());
                log.report(lookups.status(), limits.status(), System.currentTimeMillis());
            } catch (RuntimeException | Error e) {
                // no answer of a gateway may end this thread
                LOG.error("asking the gateway's Admin API failed and goes on", e);
                pauseNanos = FAULT_PAUSE_NANOS;
            }
            if (pauseNanos > 0 && !isClosed) {
                LockSupport.parkNanos(this, Math.min(pauseNanos, PAUSE_NANOS_MAX));
            }
        }
        api.close();
        keys.clear();
    }

    // --- what event loops need ------------------------------------------------------------------

    @Override
    public @Nullable KeyOwner find(String accessKey) {
        return keys.find(accessKey);
    }

    @Override
    public boolean isExempt(String user) {
        return keys.isExempt(user);
    }

    @Override
    public void accepted(String accessKey) {
        keys.accepted(accessKey);
    }

    @Override
    public void refused(String accessKey) {
        keys.refused(accessKey);
    }

    @Override
    public void served(String bucket) {
        if (!limits.isOff()) {
            buckets.served(bucket);
        }
    }

    @Override
    public void adminWrite() {
        lookups.adminWrite();
        LockSupport.unpark(worker);
    }

    // --- what it shows --------------------------------------------------------------------------

    /** RGW's rate limits, as a source of limits behind the limits file. */
    public Reloadable<PolicyLayer> limits() {
        return limits.layer();
    }

    /** Whether users can be looked up; if they can, whether limits can be read. */
    public RgwStatus status() {
        RgwStatus users = lookups.status();
        RgwStatus ofLimits = limits.status();
        boolean isMissing = ofLimits.state() == RgwState.MISSING_CAPABILITY;
        return users.isOk() && isMissing ? ofLimits : users;
    }

    /** Calls of the Admin API so far. */
    public long calls() {
        return lookups.calls();
    }

    /** Calls that failed. */
    public long failures() {
        return lookups.failures();
    }

    /** Access keys whose owner is known. */
    public long knownKeys() {
        return keys.knownKeys();
    }

    /** Access keys that are to be looked up. */
    public int wantedKeys() {
        return keys.wantedKeys();
    }

    /** Users that are known. */
    public int knownUsers() {
        return lookups.userCount();
    }

    /** Ends the thread and forgets all secrets. */
    @Override
    public void close() throws InterruptedException {
        isClosed = true;
        LockSupport.unpark(worker);
        worker.join(CLOSE_MILLIS_MAX);
    }
}
