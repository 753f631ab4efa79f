package dev.sluice.policy.settings;

import dev.sluice.common.HostPort;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.policy.keys.TlsFiles;
import dev.sluice.policy.keys.TlsIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one sidecar (config/sluice.conf), read once at start. Holds only what this release acts on.
 *
 * @param nodeId how people tell this sidecar from the others; not unique
 * @param limitsFile as named in the settings, resolved against the directory of the settings file
 */
public record Settings(String nodeId, Listen listen, Upstream upstream, Path limitsFile, Sync sync, Admin admin) {
    /**
     * Where clients come in.
     *
     * @param address port 0: the system chooses
     * @param s3Domains what virtual-hosted requests have behind the bucket, lower case, without port
     * @param maxHeadBytes a larger request head is refused
     * @param idleTimeout a connection without an exchange is closed after this
     * @param headTimeout a head must be complete within this, from its first byte on; a TLS handshake likewise
     * @param trustedProxies who is believed about where clients come from
     * @param bounds what else clients are held to
     * @param tls empty: clients talk without TLS
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

        /** Likewise, where nobody is believed about clients, with {@link ListenBounds#DEFAULT}. */
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
     * What TLS clients are shown.
     *
     * @param files followed while the sidecar runs
     * @param identity what they held at start
     */
    public record ListenTls(TlsFiles files, TlsIdentity identity) {}

    /**
     * The gateway behind the sidecar.
     *
     * @param connectTimeout for a connection to be made; for its TLS handshake as long again
     * @param responseTimeout how long the gateway may be silent while an answer is awaited
     * @param idleTimeout a connection without an exchange is closed after this; less than the gateway's own
     * @param tls empty: the gateway is talked to without TLS
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
     * The exchange of usage with other sidecars.
     *
     * @param listen empty: no exchange, limits hold for this sidecar alone; port 0: the system chooses
     * @param cluster sidecars of different clusters ignore each other
     * @param interval how often usage is published, 10 ms to 10 s
     * @param peers whom to listen to; this sidecar itself may be among them
     * @param onPartition what may be admitted while not all of them are heard
     * @param trust who may hear this sidecar and is believed
     * @param discovery where more peers are looked for; empty: nowhere
     * @param bytesPerSecondMax of usage that is told to each peer; what is more is put off
     * @param reach how sidecars reach each other otherwise than by where they listen
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
        public static final Duration INTERVAL_MIN = Duration.ofMillis(10);
        public static final Duration INTERVAL_MAX = Duration.ofSeconds(10);

        public static final int RATE_DEFAULT = 2_500_000;

        /** Sync of sidecars that reach each other where they listen, at {@link #RATE_DEFAULT}. */
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

        /** Sync on this machine that keeps to {@link OnPartition#AUTO}. */
        public Sync(Optional<HostPort> listen, String cluster, Duration interval, List<HostPort> peers) {
            this(listen, cluster, interval, peers, OnPartition.AUTO, SyncTrust.ThisMachine.INSTANCE, Optional.empty());
        }

        public Sync {
            peers = List.copyOf(peers);
            if (interval.compareTo(INTERVAL_MIN) < 0 || interval.compareTo(INTERVAL_MAX) > 0) {
                throw new IllegalArgumentException("interval must be 10 ms to 10 s, not " + interval);
            }
            if (cluster.isEmpty()) {
                throw new IllegalArgumentException("a cluster needs a name");
            }
            if (trust == SyncTrust.ThisMachine.INSTANCE
                    && listen.filter(address -> !address.isLoopback()).isPresent()) {
                throw new IllegalArgumentException("a bus without keys doesn't listen beyond loopback");
            }
        }
    }

    /**
     * How sidecars reach each other otherwise than by where they listen.
     *
     * @param advertise by what others reach this one; empty: as it listens
     * @param relays who pass on the reports of others
     * @param nodes how many sidecars the cluster has at least; 0: as many as are listed or were heard
     */
    public record Reach(Optional<HostPort> advertise, List<HostPort> relays, int nodes) {
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
     */
    public record Admin(HostPort address, Optional<AdminToken> token) {
        public Admin {
            if (token.isEmpty() && !address.isLoopback()) {
                throw new IllegalArgumentException("an admin address that isn't loopback needs a token");
            }
        }
    }

    private static void requirePositive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("a timeout must be positive, not " + duration);
        }
    }
}
