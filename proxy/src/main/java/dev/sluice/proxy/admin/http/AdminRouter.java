package dev.sluice.proxy.admin.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the route of a request and calls its handler. What no handler has to deal with becomes an error here: an unknown
 * path (404), a method that the path doesn't have (405 with {@code Allow}), a missing token (401), a request that lacks
 * something (400), a change where no token is configured (403), a request from a page of another site (403, 421).
 * Immutable.
 */
public final class AdminRouter {
    private final List<AdminRoute> routes;
    private final TokenCheck tokenCheck;
    private final SiteCheck siteCheck;

    /** A router of a port that browsers reach by loopback names and addresses. */
    public AdminRouter(List<AdminRoute> routes, TokenCheck tokenCheck) {
        this(routes, tokenCheck, SiteCheck.LOOPBACK);
    }

    public AdminRouter(List<AdminRoute> routes, TokenCheck tokenCheck, SiteCheck siteCheck) {
        this.routes = List.copyOf(routes);
        this.tokenCheck = tokenCheck;
        this.siteCheck = siteCheck;
    }

    /** Responds to a request. */
    public AdminResponse respond(AdminRequest request) {
        Optional<AdminResponse> refusal = siteCheck.refusal(request, tokenCheck.isConfigured());
        return refusal.isPresent() ? refusal.get() : routed(request);
    }

    private AdminResponse routed(AdminRequest request) {
        List<AdminRoute> ofPath = new ArrayList<>();
        for (AdminRoute route : routes) {
            Optional<Map<String, String>> parameters = route.match(request.path());
            if (parameters.isPresent() && route.serves(request.method())) {
                if (route.access() == RouteAccess.TOKEN_ALWAYS && !tokenCheck.isConfigured()) {
                    return AdminResponse.error(403, "changes need a token: set admin.token-file");
                }
                return isAllowed(route, request) ? call(route, request, parameters.get()) : unauthorized();
            }
            if (parameters.isPresent()) {
                ofPath.add(route);
            }
        }
        if (ofPath.isEmpty()) {
            return AdminResponse.error(404, "not found");
        }
        return ofPath.stream().anyMatch(route -> isAllowed(route, request))
                ? AdminResponse.error(405, "method not allowed").withHeader("Allow", methods(ofPath))
                : unauthorized();
    }

    /** Whether a request is a probe's: its response is made at once, on the thread of the connections. */
    boolean isProbe(AdminRequest request) {
        return routes.stream()
                .anyMatch(route -> route.access() == RouteAccess.PUBLIC
                        && route.match(request.path()).isPresent());
    }

    private boolean isAllowed(AdminRoute route, AdminRequest request) {
        return route.access() == RouteAccess.PUBLIC || tokenCheck.allows(request.authorization());
    }

    private static AdminResponse call(AdminRoute route, AdminRequest request, Map<String, String> parameters) {
        try {
            return route.handler().respond(request.withPathParameters(parameters));
        } catch (BadRequestException e) {
            return AdminResponse.error(400, String.valueOf(e.getMessage()));
        }
    }

    private static AdminResponse unauthorized() {
        return AdminResponse.error(401, "a token is needed: Authorization: Bearer <the content of admin.token-file>")
                .withHeader("WWW-Authenticate", "Bearer");
    }

    private static String methods(List<AdminRoute> ofPath) {
        List<String> methods = ofPath.stream()
                .map(AdminRoute::method)
                .flatMap(method -> method.equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(method))
                .distinct()
                .toList();
        return String.join(", ", methods);
    }
}
