package dev.sluice.proxy.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.admin.api.UsageBody.UsageQuery;
import dev.sluice.proxy.admin.http.AdminRouter;
import dev.sluice.proxy.admin.http.AdminServer;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The paths of the admin port, as a client sees them. */
class AdminApiTest {
    private final FakeViews views = new FakeViews();
    private AdminServer open;
    private AdminServer guarded;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var routes = AdminApi.routes(views);
        open = AdminServer.start(any, new AdminRouter(routes, authorization -> true), Transport.best());
        guarded = AdminServer.start(
                any, new AdminRouter(routes, authorization -> authorization.equals("Bearer token")), Transport.best());
    }

    @AfterEach
    void stop() {
        open.close();
        guarded.close();
    }

    private static String request(AdminServer server, String method, String path, String headers) throws IOException {
        return RawHttp.request(server.address(), method, path, headers);
    }

    private String get(String path) throws IOException {
        return request(open, "GET", path, "");
    }

    private static int status(String response) {
        return Integer.parseInt(response.substring(9, 12));
    }

    private static Config json(String response) {
        assertThat(response).containsIgnoringCase("\r\ncontent-type: application/json\r\n");
        return ConfigFactory.parseString(RawHttp.bodyOf(response));
    }

    @Test
    void ping_answers_pong_in_the_common_shape() throws Exception {
        String response = get("/ping");

        assertThat(status(response)).isEqualTo(200);
        assertThat(RawHttp.bodyOf(response)).isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":\"pong\"}");
    }

    @Test
    void memberlist_has_the_common_shape() throws Exception {
        Config body = json(get("/memberlist"));

        assertThat(body.getInt("status")).isEqualTo(1001);
        Config self = body.getConfigList("result.members").get(0);
        assertThat(self.getString("service")).isEqualTo("sluice");
        assertThat(self.getInt("http_port")).isEqualTo(open.address().getPort());
        assertThat(status(request(guarded, "GET", "/memberlist", ""))).isEqualTo(401);
    }

    @Test
    void ready_and_healthz_are_ok_with_details() throws Exception {
        assertThat(json(get("/ready")).getInt("status")).isEqualTo(1001);
        assertThat(json(get("/ready")).getBoolean("result.serving")).isTrue();
        assertThat(json(get("/healthz")).getInt("status")).isEqualTo(1001);
        assertThat(json(get("/healthz")).getString("result.sync.state")).isEqualTo("ok");
        assertThat(json(get("/healthz")).getIsNull("result.tls")).isTrue();
    }

    @Test
    void ready_is_500_with_status_0_when_not_ready() throws Exception {
        views.ready = false;

        String response = get("/ready");

        assertThat(status(response)).isEqualTo(500);
        assertThat(json(response).getInt("status")).isZero();
        assertThat(json(response).getString("msg")).isEqualTo("not ready");
        assertThat(json(response).getBoolean("result.serving")).isFalse();
        assertThat(status(get("/healthz"))).isEqualTo(200);
    }

    @Test
    void healthz_is_500_with_status_0_when_not_healthy() throws Exception {
        views.healthy = false;

        String response = get("/healthz");

        assertThat(status(response)).isEqualTo(500);
        assertThat(json(response).getInt("status")).isZero();
        assertThat(json(response).getString("msg")).isEqualTo("not healthy");
        assertThat(json(response).getString("result.sync.state")).isEqualTo("failing");
        assertThat(json(response).getString("result.sync.problem")).isEqualTo("a thread is stalled");
        assertThat(status(get("/ready"))).isEqualTo(200);
    }

    @Test
    void metrics_are_in_prometheus_text_format() throws Exception {
        String response = get("/metrics");

        assertThat(status(response)).isEqualTo(200);
        assertThat(response).containsIgnoringCase("content-type: text/plain; version=0.0.4");
        assertThat(RawHttp.bodyOf(response)).isEqualTo("sluice_up 1\n");
    }

    @Test
    void usage_isSelected_byTheQuery() throws Exception {
        get("/api/v1/usage");
        get("/api/v1/usage?top=20&scope=user&q=Al%2Fice");

        assertThat(views.queries)
                .containsExactly(UsageQuery.ALL, new UsageQuery(20, true, Optional.of(Scope.USER), "Al/ice"));
        assertThat(get("/api/v1/usage?top=0")).contains("top must be a whole number from 1 to 10000");
        assertThat(get("/api/v1/usage?scope=users")).contains("scope is one of: user, bucket, tenant");
    }

    @Test
    void usage_and_peers_are_json() throws Exception {
        Config row = json(get("/api/v1/usage")).getConfigList("usage").get(0);

        assertThat(row.root().keySet())
                .contains("scope", "subject", "dimension", "limit", "used", "remaining", "admitted", "rejected")
                .contains("would-reject", "limit_amount", "period_seconds");
        assertThat(row.getString("scope")).isEqualTo("user");
        assertThat(row.getString("dimension")).isEqualTo("read-ops");
        assertThat(row.getInt("used")).isEqualTo(3);
        assertThat(json(get("/api/v1/peers")).getList("peers")).isEmpty();
        assertThat(json(get("/api/v1/peers")).getString("authentication")).isEqualTo("off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/pin", "/ping/", "//ping", "/PING", "/api/v1", "/api/v1/usage/x", "*"})
    void other_paths_are_404_in_the_shape_of_errors(String path) throws Exception {
        String response = get(path);

        assertThat(status(response)).isEqualTo(404);
        assertThat(json(response).getInt("status")).isZero();
        assertThat(json(response).getString("msg")).isEqualTo("not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ping", "/ready", "/healthz", "/metrics", "/api/v1/usage", "/api/v1/peers"})
    void only_get_and_head_are_allowed(String path) throws Exception {
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
            String response = request(open, method, path, "");

            assertThat(status(response)).as(method).isEqualTo(405);
            assertThat(response).containsIgnoringCase("\r\nallow: GET, HEAD\r\n");
            assertThat(json(response).getInt("status")).isZero();
        }
        assertThat(status(request(open, "HEAD", path, ""))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/api/v1/usage", "/api/v1/peers"})
    void what_shows_users_needs_the_token(String path) throws Exception {
        for (String authorization : new String[] {"", "Bearer", "Bearer other", "token"}) {
            String response = request(guarded, "GET", path, "Authorization: " + authorization + "\r\n");

            assertThat(status(response)).isEqualTo(401);
            assertThat(response).containsIgnoringCase("\r\nwww-authenticate: Bearer\r\n");
            assertThat(json(response).getString("msg")).contains("Authorization: Bearer");
            assertThat(response).doesNotContain("alice", "sluice_up");
        }
        assertThat(status(request(guarded, "POST", path, ""))).isEqualTo(401);
        assertThat(status(request(guarded, "GET", path, "Authorization: Bearer token\r\n")))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ping", "/ready", "/healthz"})
    void what_an_orchestrator_asks_needs_no_token(String path) throws Exception {
        assertThat(status(request(guarded, "GET", path, ""))).isEqualTo(200);
    }
}
