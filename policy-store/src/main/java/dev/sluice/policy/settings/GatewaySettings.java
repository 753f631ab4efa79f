package dev.sluice.policy.settings;

import java.util.List;
import java.util.Set;

/**
 * What the gateway behind the sidecar serves, in the words of RGW's own options.
 *
 * @param apis as in {@code rgw_enable_apis}
 * @param swiftPrefix {@code rgw_swift_url_prefix}, without slashes around it; empty: Swift is served at the root
 * @param swiftAuthEntry {@code rgw_swift_auth_entry}
 * @param adminEntry {@code rgw_admin_entry}
 * @param isAccountInSwiftUrl {@code rgw_swift_account_in_url}
 * @param probes each {@code METHOD TARGET} or {@code METHOD TARGET USER-AGENT-PREFIX}
 */
public record GatewaySettings(
        Set<String> apis,
        String swiftPrefix,
        String swiftAuthEntry,
        String adminEntry,
        boolean isAccountInSwiftUrl,
        List<String> probes) {
    /** The names of APIs that RGW knows. */
    static final List<String> KNOWN_APIS =
            List.of("s3", "s3website", "swift", "swift_auth", "admin", "sts", "iam", "pubsub", "notifications");

    /** RGW's defaults, and the probes of usual balancers, orchestrators and servers. */
    public static final GatewaySettings DEFAULT = new GatewaySettings(
            Set.of("s3", "s3website", "swift", "swift_auth", "admin", "sts", "iam", "notifications"),
            "swift",
            "auth",
            "admin",
            false,
            List.of(
                    "HEAD /",
                    "OPTIONS /",
                    "OPTIONS *",
                    "GET / kube-probe/",
                    "GET / ELB-HealthChecker/",
                    "GET / GoogleHC/",
                    "GET / GoogleStackdriverMonitoring",
                    "GET / HAProxy",
                    "GET / nginx",
                    "GET / curl/",
                    "GET /health",
                    "GET /minio/health/live",
                    "GET /minio/health/ready",
                    "GET /minio/health/cluster",
                    "GET /minio/health/cluster/read"));

    public GatewaySettings {
        apis = Set.copyOf(apis);
        probes = List.copyOf(probes);
    }
}
