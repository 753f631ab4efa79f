package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.admin.http.RouteAccess;
import dev.sluice.proxy.admin.http.SiteCheck;
import dev.sluice.proxy.admin.http.TokenCheck;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.QuotaRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the route of a request by its head alone, before its body is read: an unknown path (404), a method that the path
 * doesn't have (405 with {@code Allow}) and a missing token (401) cost no memory. Where no token is needed, calls of web pages
 * are refused: any page that is open in a browser of this machine could send them to a loopback port. Immutable.
 */
final class QuotaRouter {
    private final Map<String, List<QuotaRoute>> fixed = new HashMap<>();
    private final List<PatternPath> patterns = new ArrayList<>();
    private final TokenCheck token;
    /** The last one that was looked at and is none of a site: most clients send the same. */
    private volatile String localHost = "";

    /** What became of a request. */
    sealed interface Routing {
        /** Its route. */
        record Found(QuotaRoute route, Map<String, String> pathParameters) implements Routing {}

        /** There is none for it. */
        record Refused(QuotaResponse response) implements Routing {}
    }

    /** The routes of a path with parameters. */
    private record PatternPath(PathPattern pattern, List<QuotaRoute> routes) {}

    QuotaRouter(List<QuotaRoute> routes, TokenCheck token) {
        this.token = token;
        Map<String, List<QuotaRoute>> byPath = routes.stream().collect(Collectors.groupingBy(QuotaRoute::path));
        byPath.forEach((path, ofPath) -> {
            if (PathPattern.isPattern(path)) {
                patterns.add(new PatternPath(PathPattern.of(path), ofPath));
            } else {
                fixed.put(path, ofPath);
            }
        });
    }

    Routing find(ReceivedHead head) {
        List<QuotaRoute> ofPath = fixed.get(head.path());
        if (ofPath != null) {
            return choose(ofPath, Map.of(), head);
        }
        for (PatternPath each : patterns) {
            Optional<Map<String, String>> parameters = each.pattern().match(head.path());
            if (parameters.isPresent()) {
                return choose(each.routes(), parameters.get(), head);
            }
        }
        return new Routing.Refused(QuotaErrors.client(404, "there is no such path; docs/quota-api.md has all of them"));
    }

    private Routing choose(List<QuotaRoute> ofPath, Map<String, String> parameters, ReceivedHead head) {
        String method = head.wantsNoBody() ? "GET" : head.method();
        for (QuotaRoute route : ofPath) {
            if (route.method().equals(method)) {
                return check(route, parameters, head);
            }
        }
        String allowed = ofPath.stream()
                .flatMap(route -> route.method().equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(route.method()))
                .sorted()
                .distinct()
                .collect(Collectors.joining(", "));
        return new Routing.Refused(
                QuotaErrors.client(405, "this path has " + allowed).withHeader("Allow", allowed));
    }

    private Routing check(QuotaRoute route, Map<String, String> parameters, ReceivedHead head) {
        if (route.access() == RouteAccess.TOKEN_ALWAYS && !token.isConfigured()) {
            return new Routing.Refused(QuotaErrors.client(403, "changes need a token: set quota.token-file"));
        }
        if (route.access() != RouteAccess.PUBLIC && !token.allows(head.headers().authorization())) {
            return new Routing.Refused(QuotaErrors.client(
                            401, "a token is needed: Authorization: Bearer <the content of quota.token-file>")
                    .withHeader("WWW-Authenticate", "Bearer"));
        }
        if (!token.isConfigured() && route.access() != RouteAccess.PUBLIC && !isLocal(head.host())) {
            return new Routing.Refused(QuotaErrors.client(
                    421,
                    "without a token this port is called by an address, by localhost or by a name without a dot: set"
                            + " quota.token-file to use another name"));
        }
        if (!token.isConfigured() && !route.method().equals("GET") && head.isOfAPage()) {
            return new Routing.Refused(QuotaErrors.client(
                    403,
                    "a web page (header Origin) may call this only where a token is needed: set quota.token-file"));
        }
        return new Routing.Found(route, parameters);
    }

    /** A page that lets its own name point to this port (DNS rebinding) is of the same origin, and has no {@code Origin}. */
    private boolean isLocal(String host) {
        if (host.equals(localHost)) {
            return true;
        }
        if (SiteCheck.mayBeASite(host)) {
            return false;
        }
        localHost = host;
        return true;
    }
}
