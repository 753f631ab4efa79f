package dev.sluice.it.quota;

import dev.sluice.it.harness.process.OrphanGuard;
import dev.sluice.it.harness.process.ProcessOutput;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real Envoy that asks a rate limit service about each request. A second listener of its own is its upstream, because Envoy
 * asks about no request that it responds to itself.
 */
final class EnvoyProcess implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int PORT = 8080;
    private static final int UPSTREAM_PORT = 8082;
    private static final String CONFIG = """
            static_resources:
              listeners:
              - address: { socket_address: { address: %1$s, port_value: %2$d } }
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: in
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - match: { prefix: "/" }
                            route: { cluster: upstream }
                          rate_limits:
                          - actions: [{ request_headers: { header_name: ":path", descriptor_key: path } }]
                      http_filters:
                      - name: envoy.filters.http.ratelimit
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit
                          domain: edge
                          timeout: 20s
                          failure_mode_deny: true
                          rate_limited_status: { code: ServiceUnavailable }
                          rate_limit_service:
                            transport_api_version: V3
                            grpc_service:
                              envoy_grpc: { cluster_name: sluice }
                              initial_metadata: [{ key: authorization, value: "Bearer %4$s" }]
                      - name: envoy.filters.http.router
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
              - address: { socket_address: { address: %1$s, port_value: %5$d } }
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: upstream
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }]
                      http_filters:
                      - name: envoy.filters.http.router
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
              clusters:
              - name: upstream
                type: STATIC
                load_assignment:
                  cluster_name: upstream
                  endpoints:
                  - lb_endpoints:
                    - endpoint: { address: { socket_address: { address: %1$s, port_value: %5$d } } }
              - name: sluice
                type: STATIC
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config: { http2_protocol_options: {} }
                health_checks:
                - timeout: 5s
                  interval: 1s
                  unhealthy_threshold: 3
                  healthy_threshold: 1
                  grpc_health_check: {}
                load_assignment:
                  cluster_name: sluice
                  endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: %3$s } } }] }]
            """;

    private final String host;
    private final Process process;
    private final ProcessOutput output;

    /**
     * Starts it.
     *
     * @param program the binary
     * @param host a loopback address of its own
     * @param service {@code host:port} of the rate limit service
     */
    EnvoyProcess(Path program, Path folder, String host, String service, String token) throws IOException {
        this.host = host;
        int colon = service.lastIndexOf(':');
        String address =
                "{ address: " + service.substring(0, colon) + ", port_value: " + service.substring(colon + 1) + " }";
        Path config = Files.writeString(
                Files.createDirectories(folder).resolve("envoy.yaml"),
                CONFIG.formatted(host, PORT, address, token, UPSTREAM_PORT));
        process = new ProcessBuilder(List.of(
                        program.toString(),
                        "-c",
                        config.toString(),
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "--log-level",
                        "warning"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        OrphanGuard.watch(process);
        output = new ProcessOutput(process);
        Awaitility.await()
                .atMost(DEADLINE)
                .ignoreExceptions()
                .conditionEvaluationListener(null)
                .until(this::accepts);
    }

    private boolean accepts() throws IOException {
        try (Socket socket = new Socket(host, PORT)) {
            return socket.isConnected();
        }
    }

    URI address() {
        return URI.create("http://" + host + ":" + PORT);
    }

    String log() {
        return output.text();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
