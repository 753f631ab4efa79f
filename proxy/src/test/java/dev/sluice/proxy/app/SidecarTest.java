package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** One sidecar: its limits, its views, its beginning and end. */
class SidecarTest extends SidecarFixture {
    @Test
    void changed_limits_come_into_force_and_bad_ones_leave_the_old_ones() throws Exception {
        try (Sidecar sidecar = start("a")) {
            assertRefused(get(sidecar, "AKIDSTOPPED"));

            replaceLimits(LIMITS.replace("read-ops = 0/s", "read-ops = 1000/h"));
            await().until(() -> get(sidecar, "AKIDSTOPPED").startsWith("HTTP/1.1 200 "));
            assertThat(metrics(sidecar)).contains("sluice_limits_stale 0.0").contains("sluice_limits_loads_total 1.0");

            replaceLimits(LIMITS.replace("read-ops = 0/s", "read-ops = 0/sec"));
            await().until(() -> metrics(sidecar).contains("sluice_limits_stale 1.0"));
            Config limits = admin(sidecar, "/ready").getConfig("result.limits");
            assertThat(limits.getString("state")).isEqualTo("stale");
            assertThat(limits.getDouble("state_age_seconds")).isBetween(0.0, 60.0);
            assertThat(limits.getString("problem"))
                    .contains("limits.conf:4:")
                    .contains("limits.users.stopped.read-ops")
                    .contains("use N/s, N/min, N/h or N/d");
            assertThat(admin(sidecar, "/ready").getInt("status")).isEqualTo(1001);
            assertAdmitted(get(sidecar, "AKIDSTOPPED"));

            Files.delete(limitsFile);
            await().until(() -> metrics(sidecar).contains("sluice_limits_load_failures_total 2.0"));
            assertAdmitted(get(sidecar, "AKIDSTOPPED"));

            replaceLimits(LIMITS);
            await().until(() -> metrics(sidecar).contains("sluice_limits_stale 0.0"));
            assertThat(admin(sidecar, "/ready").getString("result.limits.state"))
                    .isEqualTo("ok");
            assertRefused(get(sidecar, "AKIDSTOPPED"));
        }
    }

    private void replaceLimits(String text) throws IOException {
        Path next = Files.writeString(directory.resolve("limits.conf.new"), text);
        Files.move(next, limitsFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void access_key_is_nowhere_to_be_seen() throws Exception {
        String unknownKey = "AKIDUNKNOWN4711";
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.sluice");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.list = new java.util.concurrent.CopyOnWriteArrayList<>();
        log.start();
        root.addAppender(log);
        ours.setLevel(Level.TRACE);
        StringBuilder seen = new StringBuilder();
        try (Sidecar a = start("a");
                Sidecar b = start("b")) {
            introduce(a, b);
            for (String key : List.of(unknownKey, "AKIDSTOPPED")) {
                for (int i = 0; i < 5; i++) {
                    seen.append(get(a, key));
                    seen.append(RawHttp.request(
                            a.listenAddress(), "GET", "/bucket/key?AWSAccessKeyId=" + key + "&Signature=5e5510n", ""));
                }
            }
            Config usage = admin(a, "/api/v1/usage");
            assertThat(usage.getConfigList("usage"))
                    .extracting(row -> row.getString("subject"))
                    .anyMatch(subject -> subject.matches("key:[0-9a-f]{8}"));
            for (Sidecar sidecar : List.of(a, b)) {
                for (String path : List.of("/metrics", "/api/v1/usage", "/api/v1/peers", "/ready", "/healthz")) {
                    seen.append(RawHttp.get(sidecar.adminAddress(), path));
                }
            }
        } finally {
            root.detachAppender(log);
            ours.setLevel(null);
        }
        log.list.forEach(event -> seen.append(event.getFormattedMessage()).append(event.getThrowableProxy()));

        // Logged at the latest when the sidecar stops.
        assertThat(seen).containsPattern("rejected \\d+ requests of user key:[0-9a-f]{8}: read-ops = 2/h");
        assertThat(seen)
                .contains("Slow Down", "key:", "sluice_requests_total")
                .doesNotContain(unknownKey, "AKIDSTOPPED", "5e5510n");
    }

    @Test
    void ready_turns_while_draining_and_requests_are_still_answered_during_the_lead() throws Exception {
        more = "listen.drain-lead = 60s";
        try (Sidecar sidecar = start("a")) {
            assertThat(admin(sidecar, "/ready").getInt("status")).isEqualTo(1001);
            Thread draining = new Thread(() -> {
                try {
                    sidecar.drain();
                } catch (InterruptedException e) {
                    // The test has seen enough of the lead.
                }
            });
            draining.start();
            await().until(() ->
                    RawHttp.request(sidecar.adminAddress(), "GET", "/ready", "").startsWith("HTTP/1.1 500 "));

            assertThat(RawHttp.request(sidecar.adminAddress(), "GET", "/healthz", ""))
                    .startsWith("HTTP/1.1 200 ");
            assertAdmitted(get(sidecar, "AKIDALICE"));
            draining.interrupt();
            draining.join();
        }
    }

    @Test
    void list_of_objects_to_delete_counts_as_so_many_deletes() throws Exception {
        String authorization = "Authorization: AWS4-HMAC-SHA256 Credential=AKIDALICE"
                + "/20260101/default/s3/aws4_request, SignedHeaders=host, Signature=5e5510n\r\n";
        String list = "<Delete>" + "<Object><Key>k</Key></Object>".repeat(30) + "</Delete>";
        try (Sidecar sidecar = start("a")) {
            String head = authorization + "Content-Length: " + list.length() + "\r\n";

            assertAdmitted(RawHttp.request(sidecar.listenAddress(), "POST", "/bucket?delete", head + "\r\n" + list));
            assertThat(used(sidecar, "alice")).isEqualTo(30);

            assertAdmitted(RawHttp.request(sidecar.listenAddress(), "POST", "/bucket?delete", head + "\r\n" + list));
            assertRefused(RawHttp.request(sidecar.listenAddress(), "DELETE", "/bucket/k", authorization));
        }
    }

    @Test
    void drained_sidecar_accepts_no_connection() throws Exception {
        try (Sidecar sidecar = start("a")) {
            assertThat(sidecar.drain()).isTrue();

            assertThatThrownBy(() -> get(sidecar, "AKIDALICE")).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void bounds_of_the_settings_hold_and_show() throws Exception {
        more = "listen { max-connections = 1, max-headers = 16 }";
        try (Sidecar sidecar = start("a");
                Socket only = new Socket(
                        sidecar.listenAddress().getAddress(),
                        sidecar.listenAddress().getPort())) {
            await().until(() -> metrics(sidecar).contains("sluice_client_connections 1.0"));

            assertThat(get(sidecar, "AKIDALICE"))
                    .startsWith("HTTP/1.1 503 Slow Down")
                    .contains("Too many connections");
            assertThat(metrics(sidecar))
                    .contains("sluice_client_connections_max 1.0")
                    .contains("sluice_client_connections_refused_total 1.0")
                    .contains("sluice_accept_failures_total 0.0")
                    .contains("sluice_slow_clients_total{direction=\"upload\"} 0.0")
                    .contains("sluice_slow_clients_total{direction=\"download\"} 0.0");
            only.close();
            await().until(() -> metrics(sidecar).contains("sluice_client_connections 0.0"));
            assertThat(RawHttp.request(sidecar.listenAddress(), "GET", "/b/k", "X-A: b\r\n".repeat(17)))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void gateway_shows_in_health_and_metrics() throws Exception {
        try (Sidecar sidecar = start("a")) {
            await().until(() -> admin(sidecar, "/healthz")
                    .getString("result.upstream.state")
                    .equals("ok"));

            assertThat(metrics(sidecar)).contains("sluice_upstream_up 1.0");
        }
    }

    @Test
    void probes_pass_where_nothing_else_may_and_are_not_counted() throws Exception {
        Files.writeString(
                limitsFile,
                "limits { anonymous { read-ops = 0/s, write-ops = 0/s }, total { read-ops = 0/s, write-ops = 0/s } }");
        try (Sidecar sidecar = start("a")) {
            for (String probe : List.of("HEAD / HTTP/1.0", "OPTIONS / HTTP/1.0", "GET /swift/healthcheck HTTP/1.0")) {
                assertThat(RawHttp.exchange(sidecar.listenAddress(), probe + "\r\n\r\n"))
                        .startsWith("HTTP/1.1 200 ");
            }
            assertThat(metrics(sidecar)).contains("sluice_accounts 0.0");

            assertThat(RawHttp.request(sidecar.listenAddress(), "GET", "/b/k", ""))
                    .startsWith("HTTP/1.1 503 Slow Down");
        }
    }

    @Test
    void sidecar_without_sync_limits_alone_and_shows_it() throws Exception {
        try (Sidecar sidecar = start("a", "127.0.0.1:0", "", "127.0.0.1:0")) {
            assertThat(sidecar.syncEndpoint()).isEmpty();
            assertThat(admin(sidecar, "/ready").getString("result.sync.state")).isEqualTo("off");
            assertThat(admin(sidecar, "/api/v1/peers").getList("peers")).isEmpty();
            assertRefused(get(sidecar, "AKIDSTOPPED"));
        }
    }

    @Test
    void address_in_use_is_an_error_and_leaves_nothing_running() throws Exception {
        // An address of its own, on which no port is taken by chance.
        InetAddress address = InetAddress.getByName("127.71.3.9");
        String sync = "tcp://127.71.3.9:" + freePort(address);
        String admin = "127.71.3.9:" + freePort(address);
        Set<String> before = ownThreads();
        String listen;
        try (ServerSocket taken = new ServerSocket(0, 1, address)) {
            listen = "127.71.3.9:" + taken.getLocalPort();

            assertThatThrownBy(() -> start("a", listen, sync, admin))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can't listen on")
                    .hasMessageContaining(listen);
            assertThatThrownBy(() -> start("a", "127.0.0.1:0", sync, listen))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can't listen on")
                    .hasMessageContaining(listen);
            assertThatThrownBy(() -> start("a", "127.0.0.1:0", "tcp://" + listen, admin))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can't listen on tcp://" + listen);
            await().until(() -> before.containsAll(ownThreads()));
        }

        try (Sidecar sidecar = start("a", listen, sync, admin)) {
            assertAdmitted(get(sidecar, "AKIDALICE"));
        }
    }

    private static int freePort(InetAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.getLocalPort();
        }
    }

    private static Set<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.matches("(loop|admin|sluice|limits|housekeeping).*"))
                .collect(Collectors.toSet());
    }

    @Test
    void closed_sidecar_listens_no_more_and_ends_its_threads() throws Exception {
        Set<String> before = ownThreads();
        InetSocketAddress listen;
        InetSocketAddress admin;
        try (Sidecar sidecar = start("a")) {
            listen = sidecar.listenAddress();
            admin = sidecar.adminAddress();
            assertAdmitted(get(sidecar, "AKIDALICE"));
            assertThat(ownThreads()).contains("housekeeping", "limits-watcher", "sluice-publisher");
        }

        for (InetSocketAddress address : List.of(listen, admin)) {
            assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()))
                    .isInstanceOf(ConnectException.class);
        }
        await().until(() -> before.containsAll(ownThreads()));
    }
}
