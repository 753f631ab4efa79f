package dev.sluice.proxy.admin.api;

import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.admin.api.UsageBody.UsageQuery;
import dev.sluice.proxy.admin.http.AdminRequest;
import dev.sluice.proxy.admin.http.AdminResponse;
import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.ContentResponse;
import dev.sluice.proxy.admin.http.JsonResponse;
import dev.sluice.proxy.admin.http.QueryParameters;
import dev.sluice.proxy.admin.http.RouteAccess;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The paths that a sidecar and a relay have. Pure: what a path shows comes from the views.
 *
 * <p>{@code /ping /ready /healthz /memberlist} have the shape {@link StatusBody}; the status is 500 with 0 in the
 * body when not ready or not healthy. An orchestrator probes the first three, so they need no token.
 */
public final class AdminApi {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private AdminApi() {}

    /** The routes of the paths. */
    public static List<AdminRoute> routes(AdminViews views) {
        return List.of(
                AdminRoute.get("/ping", RouteAccess.PUBLIC, request -> JsonResponse.ok(StatusBody.ok("pong"))),
                AdminRoute.get("/ready", RouteAccess.PUBLIC, request -> ready(views)),
                AdminRoute.get("/healthz", RouteAccess.PUBLIC, request -> healthy(views)),
                AdminRoute.get("/metrics", RouteAccess.TOKEN, request -> metrics(request, views)),
                AdminRoute.get(
                        "/memberlist",
                        RouteAccess.TOKEN,
                        request -> JsonResponse.ok(StatusBody.ok(views.members(request.localPort())))),
                AdminRoute.get(
                        "/api/v1/usage", RouteAccess.TOKEN, request -> JsonResponse.ok(views.usage(query(request)))),
                AdminRoute.get("/api/v1/peers", RouteAccess.TOKEN, request -> JsonResponse.ok(views.peers())));
    }

    private static AdminResponse metrics(AdminRequest request, AdminViews views) {
        ContentResponse text = ContentResponse.text(PROMETHEUS, views.metrics());
        return request.acceptsGzip() ? text.gzipped() : text;
    }

    private static UsageQuery query(AdminRequest request) throws BadRequestException {
        QueryParameters given = request.query();
        Optional<Integer> top = given.integer("top", 1, UsageQuery.ROWS_MAX);
        Optional<String> wanted = given.text("scope");
        Optional<Scope> scope = wanted.flatMap(AdminApi::scope);
        if (wanted.isPresent() && scope.isEmpty()) {
            throw new BadRequestException("scope is one of: "
                    + Arrays.stream(Scope.values()).map(Scope::key).collect(Collectors.joining(", ")));
        }
        return new UsageQuery(
                top.orElse(UsageQuery.ROWS_MAX),
                top.isPresent(),
                scope,
                given.text("q").orElse(""));
    }

    private static Optional<Scope> scope(String key) {
        return Arrays.stream(Scope.values())
                .filter(scope -> scope.key().equals(key))
                .findFirst();
    }

    private static AdminResponse ready(AdminViews views) {
        return views.isReady()
                ? JsonResponse.ok(StatusBody.ok(views.health()))
                : JsonResponse.of(500, StatusBody.failed("not ready", views.health()));
    }

    private static AdminResponse healthy(AdminViews views) {
        return views.isHealthy()
                ? JsonResponse.ok(StatusBody.ok(views.health()))
                : JsonResponse.of(500, StatusBody.failed("not healthy", views.health()));
    }
}
