package dev.sluice.proxy.admin.api;

import dev.sluice.proxy.admin.http.AdminRequest;
import dev.sluice.proxy.admin.http.AdminResponse;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The paths of the admin port. Pure: what a path shows comes from the views it was given.
 *
 * <p>{@code /ping /ready /healthz} have the shape {@code {"status":1001,"msg":"ok","result":...}}, and 500 with status 0
 * when not; they need no token, for they are what an orchestrator asks.
 */
public final class AdminApi {
    private static final int OK = 1001;
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** What the sidecar says of itself. Called on the admin thread; must not block. */
    public interface Views {
        /** Whether requests are served; details for people. */
        Health ready();

        /** Whether the process works as it should. */
        Health healthy();

        /** In Prometheus' text format. */
        String metrics();

        /** Maps and lists, as JSON. */
        Object usage();

        /** Maps and lists, as JSON. */
        Object peers();

        /** A list of maps, as JSON: this sidecar and those that it hears. */
        Object members(int adminPort);
    }

    /** Good or not, and why. */
    public record Health(boolean good, Map<String, ?> details) {
        public Health {
            details = Map.copyOf(details);
        }
    }

    private final Views views;
    private final TokenCheck tokenCheck;

    /** Whether an Authorization header may see more than the health. */
    @FunctionalInterface
    public interface TokenCheck {
        boolean allows(String authorization);
    }

    public AdminApi(Views views, TokenCheck tokenCheck) {
        this.views = views;
        this.tokenCheck = tokenCheck;
    }

    public AdminResponse answer(AdminRequest request) {
        return switch (request.path()) {
            case "/ping" -> get(request, () -> ok("pong"));
            case "/ready" -> get(request, () -> health(views.ready(), "not ready"));
            case "/healthz" -> get(request, () -> health(views.healthy(), "not healthy"));
            case "/metrics" -> guarded(request, () -> new AdminResponse(200, PROMETHEUS, views.metrics()));
            case "/api/v1/usage" -> guarded(request, () -> AdminResponse.json(200, views.usage()));
            case "/memberlist" -> guarded(request, () -> ok(Map.of("members", views.members(request.localPort()))));
            case "/api/v1/peers" -> guarded(request, () -> AdminResponse.json(200, views.peers()));
            default -> AdminResponse.error(404, "not found");
        };
    }

    private AdminResponse guarded(AdminRequest request, Supplier<AdminResponse> answer) {
        return tokenCheck.allows(request.authorization())
                ? get(request, answer)
                : AdminResponse.error(
                        401, "a token is needed: Authorization: Bearer <the content of admin.token-file>");
    }

    private static AdminResponse get(AdminRequest request, Supplier<AdminResponse> answer) {
        return request.method().equals("GET") || request.method().equals("HEAD")
                ? answer.get()
                : AdminResponse.error(405, "method not allowed");
    }

    private static AdminResponse ok(Object result) {
        return AdminResponse.json(200, Map.of("status", OK, "msg", "ok", "result", result));
    }

    private static AdminResponse health(Health health, String otherwise) {
        return health.good()
                ? ok(health.details())
                : AdminResponse.json(500, Map.of("status", 0, "msg", otherwise, "result", health.details()));
    }
}
