package dev.sluice.policy.settings;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.keys.TlsFiles;
import dev.sluice.policy.keys.TlsIdentity;
import dev.sluice.policy.listen.ListenBounds;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The settings of one sidecar (config/sluice.conf), read once at the start. Holds only what this release acts on.
 *
 * @param nodeId the name of this sidecar for people; need not be unique
 * @param limitsFile resolved against the directory of the settings file
 * @param limitsOverlay likewise; the limits that were set by command, and come before those of the limits file; empty:
 *     limits can't be set by command
 * @param stateFile likewise; empty: what was used is not kept across restarts
 * @param gateway what the gateway behind this sidecar serves
 * @param rgwAdmin how RGW is asked for users and limits; empty: it isn't
 * @param verify how access keys are proven
 * @param quota the quota service; empty: off
 * @param accessLog a line for each request; empty: off
 */
public record Settings(
        String nodeId,
        Listen listen,
        Upstream upstream,
        Path limitsFile,
        Optional<Path> limitsOverlay,
        Optional<Path> stateFile,
        Sync sync,
        Admin admin,
        GatewaySettings gateway,
        Optional<RgwAdminSettings> rgwAdmin,
        VerifyMode verify,
        Optional<Quota> quota,
        Optional<AccessLogSettings> accessLog) {
    /** A sidecar without an overlay and a state file before a gateway with {@link GatewaySettings#DEFAULT}. */
    public Settings(String nodeId, Listen listen, Upstream upstream, Path limitsFile, Sync sync, Admin admin) {
        this(
                nodeId,
                listen,
                upstream,
                limitsFile,
                Optional.empty(),
                Optional.empty(),
                sync,
                admin,
                GatewaySettings.DEFAULT,
                Optional.empty(),
                VerifyMode.AUTO,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Where and how clients are served.
     *
     * @param address port 0: the system chooses
     * @param s3Domains the host names that follow the bucket in virtual-hosted requests, lower case, without port
     * @param maxHeadBytes a larger request head is refused
     * @param idleTimeout a connection without an exchange is closed after this
     * @param headTimeout a head must be complete within this, from its first byte on; a TLS handshake likewise
     * @param trustedProxies the proxies whose statements about client addresses are trusted
     * @param bounds other bounds on clients
     * @param tls empty: clients connect without TLS
     */
    public record Listen(
            HostPort address,
            List<String> s3Domains,
            int maxHeadBytes,
            Duration idleTimeout,
            Duration headTimeout,
            TrustedProxies trustedProxies,
            ListenBounds bounds,
            Optional<ListenTls> tls) {
        public Listen {
            s3Domains = List.copyOf(s3Domains);
            if (maxHeadBytes < 1) {
                throw new IllegalArgumentException("maxHeadBytes must be positive, not " + maxHeadBytes);
            }
            requirePositive(idleTimeout);
            requirePositive(headTimeout);
        }

        /** Plain HTTP without trusted proxies, with {@link ListenBounds#DEFAULT}. */
        public Listen(
                HostPort address,
                List<String> s3Domains,
                int maxHeadBytes,
                Duration idleTimeout,
                Duration headTimeout) {
            this(
                    address,
                    s3Domains,
                    maxHeadBytes,
                    idleTimeout,
                    headTimeout,
                    TrustedProxies.NONE,
                    ListenBounds.DEFAULT,
                    Optional.empty());
        }
    }

    /**
     * The certificate for clients.
     *
     * @param files followed while the sidecar runs
     * @param identity what they held at the start
     */
    public record ListenTls(TlsFiles files, TlsIdentity identity) {}

    /**
     * The gateway behind the sidecar.
     *
     * @param connectTimeout for a connection to be made; for its TLS handshake as long again
     * @param responseTimeout how long the gateway may be silent while a response is due
     * @param idleTimeout a connection without an exchange is closed after this; less than the gateway's own
     * @param tls empty: connections to the gateway are without TLS
     */
    public record Upstream(
            HostPort address,
            Duration connectTimeout,
            Duration responseTimeout,
            Duration idleTimeout,
            Optional<GatewayTrust> tls) {
        public Upstream {
            if (address.port() == 0) {
                throw new IllegalArgumentException("the upstream needs a port");
            }
            requirePositive(connectTimeout);
            requirePositive(responseTimeout);
            requirePositive(idleTimeout);
        }
    }

    /**
     * The sync of usage with other sidecars.
     *
     * @param listen empty: no sync, limits hold for this sidecar alone; port 0: the system chooses
     * @param cluster sidecars of different clusters ignore each other
     * @param interval how often usage is published, 10 ms to 10 s
     * @param peers the sidecars to subscribe to; this sidecar itself may be among them
     * @param onPartition what may be admitted while some of them are unreachable
     * @param trust which peers may connect, and whose reports are accepted
     * @param discovery where more peers are found; empty: nowhere
     * @param bytesPerSecondMax of reports to each peer; what exceeds it is deferred
     * @param reach addresses of sidecars other than those they listen on
     */
    public record Sync(
            Optional<HostPort> listen,
            String cluster,
            Duration interval,
            List<HostPort> peers,
            OnPartition onPartition,
            SyncTrust trust,
            Optional<PeerDiscovery> discovery,
            int bytesPerSecondMax,
            Reach reach) {
        /** The shortest time between two reports. */
        public static final Duration INTERVAL_MIN = Duration.ofMillis(10);
        /** The longest time between two reports. */
        public static final Duration INTERVAL_MAX = Duration.ofSeconds(10);

        /** Bytes a second to each peer. */
        public static final int RATE_DEFAULT = 2_500_000;

        /** Sync of sidecars that connect to each other directly, at {@link #RATE_DEFAULT}. */
        public Sync(
                Optional<HostPort> listen,
                String cluster,
                Duration interval,
                List<HostPort> peers,
                OnPartition onPartition,
                SyncTrust trust,
                Optional<PeerDiscovery> discovery) {
            this(listen, cluster, interval, peers, onPartition, trust, discovery, RATE_DEFAULT, Reach.DIRECT);
        }

        /** Sync on this machine alone, with {@link OnPartition#AUTO}. */
        public Sync(Optional<HostPort> listen, String cluster, Duration interval, List<HostPort> peers) {
            this(listen, cluster, interval, peers, OnPartition.AUTO, SyncTrust.LoopbackOnly.INSTANCE, Optional.empty());
        }

        public Sync {
            peers = List.copyOf(peers);
            if (interval.compareTo(INTERVAL_MIN) < 0 || interval.compareTo(INTERVAL_MAX) > 0) {
                throw new IllegalArgumentException("interval must be 10 ms to 10 s, not " + interval);
            }
            if (cluster.isEmpty()) {
                throw new IllegalArgumentException("a cluster needs a name");
            }
            if (trust == SyncTrust.LoopbackOnly.INSTANCE
                    && listen.filter(address -> !address.isLoopback()).isPresent()) {
                throw new IllegalArgumentException("a bus without keys must listen on a loopback address");
            }
        }
    }

    /**
     * How sidecars reach each other where not by the addresses that they listen on.
     *
     * @param advertise the address that peers connect to; empty: the one of {@code listen}
     * @param relays the relays that forward the reports of other sidecars
     * @param nodes how many sidecars the cluster has at least; 0: as many as are listed or have been seen
     */
    public record Reach(Optional<HostPort> advertise, List<HostPort> relays, int nodes) {
        /** Every sidecar connects to every other one. */
        public static final Reach DIRECT = new Reach(Optional.empty(), List.of(), 0);

        public Reach {
            relays = List.copyOf(relays);
        }
    }

    /**
     * The admin port.
     *
     * @param address port 0: the system chooses
     * @param token what callers must present; empty: nothing, allowed on a loopback address only
     * @param hosts names, without port, by which browsers reach it besides loopback names and addresses
     * @param limitSeries how many limits have metrics of their own, 0 to {@value #LIMIT_SERIES_MAX}
     */
    public record Admin(HostPort address, Optional<AdminToken> token, List<String> hosts, int limitSeries) {
        /** How many limits have metrics of their own, unless the settings say something else. */
        public static final int LIMIT_SERIES_DEFAULT = 20;

        /** The most of them. */
        public static final int LIMIT_SERIES_MAX = 1_000;

        /** A port that browsers reach by loopback names and addresses. */
        public Admin(HostPort address, Optional<AdminToken> token) {
            this(address, token, List.of(), LIMIT_SERIES_DEFAULT);
        }

        public Admin {
            hosts = List.copyOf(hosts);
            if (token.isEmpty() && !address.isLoopback()) {
                throw new IllegalArgumentException("an admin address that isn't loopback needs a token");
            }
        }
    }

    /**
     * The quota service.
     *
     * @param listen port 0: the system chooses
     * @param token what callers must present; empty: nothing, allowed on a loopback address only
     * @param tls empty: callers connect without TLS
     * @param nodeTrust who may have signed the certificates of other nodes; empty: nodes with TLS can't be connected to
     * @param roles what this node does itself; calls of the others are forwarded
     * @param quotasFile resolved against the directory of the settings file; followed
     * @param overlay likewise; the quotas that were set through the API, and come before those of the quotas file; empty:
     *     none can be set
     * @param maxConnections at a time; empty: what files and memory allow
     * @param maxBodyBytes a larger body is refused
     * @param maxBatch calls in one batch
     * @param envoy Envoy's rate limit service; empty: off
     * @param alloc where allocations are kept
     */
    public record Quota(
            HostPort listen,
            Optional<AdminToken> token,
            Optional<ListenTls> tls,
            Optional<GatewayTrust> nodeTrust,
            Set<QuotaRole> roles,
            Path quotasFile,
            Optional<Path> overlay,
            OptionalInt maxConnections,
            int maxBodyBytes,
            int maxBatch,
            Optional<Envoy> envoy,
            Alloc alloc) {
        public Quota {
            roles = Set.copyOf(roles);
            boolean isOpen = !listen.isLoopback()
                    || envoy.filter(port -> !port.listen().isLoopback()).isPresent();
            if (token.isEmpty() && isOpen) {
                throw new IllegalArgumentException("a quota address that isn't loopback needs a token");
            }
            if (maxBodyBytes < 1 || maxBatch < 1) {
                throw new IllegalArgumentException("a body has a byte at least, and a batch a call");
            }
        }
    }

    /**
     * Envoy's rate limit service.
     *
     * @param listen port 0: the system chooses
     * @param isShadow whether it refuses nothing, and counts what it would refuse
     */
    public record Envoy(HostPort listen, boolean isShadow) {}

    /**
     * Where allocations are kept, and for how long repetitions are recognised.
     *
     * @param directory of the log, resolved against the directory of the settings file; empty: allocations are forgotten
     *     when the process ends
     * @param keep how long an idempotency key is remembered
     * @param keysMax how many are
     */
    public record Alloc(Optional<Path> directory, Duration keep, int keysMax) {
        public Alloc {
            requirePositive(keep);
            if (keysMax < 1) {
                throw new IllegalArgumentException("a key at least is remembered, not " + keysMax);
            }
        }
    }

    /**
     * The settings of a quota service without a gateway. Read once at the start.
     *
     * @param nodeId the name of this node for people
     * @param stateFile what rate quotas have used, across restarts; empty: it isn't kept
     */
    public record QuotaAlone(String nodeId, Optional<Path> stateFile, Sync sync, Admin admin, Quota quota) {}

    private static void requirePositive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("a timeout must be positive, not " + duration);
        }
    }
}
