package dev.sluice.proxy.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.proxy.admin.http.AdminRequest;
import dev.sluice.proxy.admin.http.AdminResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminApiTest {
    private final FakeViews views = new FakeViews();
    private final AdminApi open = new AdminApi(views, authorization -> true);
    private final AdminApi guarded = new AdminApi(views, authorization -> authorization.equals("Bearer token"));

    private AdminResponse get(String path) {
        return open.answer(new AdminRequest("GET", path, "", 9090));
    }

    private static Config json(AdminResponse answer) {
        assertThat(answer.contentType()).isEqualTo("application/json");
        return ConfigFactory.parseString(answer.body());
    }

    @Test
    void ping_says_pong_in_the_common_shape() {
        AdminResponse answer = get("/ping");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(json(answer).getInt("status")).isEqualTo(1001);
        assertThat(json(answer).getString("msg")).isEqualTo("ok");
        assertThat(json(answer).getString("result")).isEqualTo("pong");
    }

    @Test
    void memberlist_has_the_common_shape() {
        Config answer = json(get("/memberlist"));

        assertThat(answer.getInt("status")).isEqualTo(1001);
        assertThat(answer.getConfigList("result.members").get(0).getString("service"))
                .isEqualTo("sluice");
        assertThat(guarded.answer(new AdminRequest("GET", "/memberlist", "", 9090)).status())
                .isEqualTo(401);
    }

    @Test
    void ready_and_healthz_are_ok_with_details() {
        assertThat(json(get("/ready")).getInt("status")).isEqualTo(1001);
        assertThat(json(get("/ready")).getString("result.serving")).isEqualTo("true");
        assertThat(json(get("/healthz")).getInt("status")).isEqualTo(1001);
        assertThat(json(get("/healthz")).getString("result.sync")).isEqualTo("ok");
    }

    @Test
    void ready_is_500_with_status_0_when_not_ready() {
        views.ready = false;

        AdminResponse answer = get("/ready");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(json(answer).getInt("status")).isZero();
        assertThat(json(answer).getString("msg")).isEqualTo("not ready");
        assertThat(json(answer).getString("result.serving")).isEqualTo("false");
        assertThat(get("/healthz").status()).isEqualTo(200);
    }

    @Test
    void healthz_is_500_with_status_0_when_not_healthy() {
        views.healthy = false;

        AdminResponse answer = get("/healthz");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(json(answer).getInt("status")).isZero();
        assertThat(json(answer).getString("msg")).isEqualTo("not healthy");
        assertThat(json(answer).getString("result.sync")).isEqualTo("stands still");
        assertThat(get("/ready").status()).isEqualTo(200);
    }

    @Test
    void metrics_are_in_prometheus_text_format() {
        AdminResponse answer = get("/metrics");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/plain; version=0.0.4");
        assertThat(answer.body()).isEqualTo("sluice_up 1\n");
    }

    @Test
    void usage_and_peers_are_json() {
        assertThat(json(get("/api/v1/usage")).getConfigList("usage").get(0).getInt("used"))
                .isEqualTo(3);
        assertThat(json(get("/api/v1/peers")).getList("peers")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/pin", "/ping/", "//ping", "/PING", "/api/v1", "/api/v1/usage/x", "*"})
    void other_paths_are_404_in_the_shape_of_errors(String path) {
        AdminResponse answer = get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(json(answer).getInt("status")).isZero();
        assertThat(json(answer).getString("msg")).isEqualTo("not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ping", "/ready", "/healthz", "/metrics", "/api/v1/usage", "/api/v1/peers"})
    void only_get_and_head_are_allowed(String path) {
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
            AdminResponse answer = open.answer(new AdminRequest(method, path, "", 9090));

            assertThat(answer.status()).as(method).isEqualTo(405);
            assertThat(json(answer).getInt("status")).isZero();
        }
        assertThat(open.answer(new AdminRequest("HEAD", path, "", 9090)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/api/v1/usage", "/api/v1/peers"})
    void what_shows_users_needs_the_token(String path) {
        for (String authorization : new String[] {"", "Bearer", "Bearer other", "token"}) {
            AdminResponse answer = guarded.answer(new AdminRequest("GET", path, authorization, 9090));

            assertThat(answer.status()).isEqualTo(401);
            assertThat(json(answer).getString("msg")).contains("Authorization: Bearer");
            assertThat(answer.body()).doesNotContain("alice", "sluice_up");
        }
        assertThat(guarded.answer(new AdminRequest("POST", path, "", 9090)).status()).isEqualTo(401);
        assertThat(guarded.answer(new AdminRequest("GET", path, "Bearer token", 9090)).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ping", "/ready", "/healthz"})
    void what_an_orchestrator_asks_needs_no_token(String path) {
        assertThat(guarded.answer(new AdminRequest("GET", path, "", 9090)).status()).isEqualTo(200);
    }
}
