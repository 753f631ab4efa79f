package dev.sluice.proxy.admin.live;

import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.admin.http.AdminRequest;
import dev.sluice.proxy.admin.http.AdminResponse;
import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.JsonResponse;
import dev.sluice.proxy.admin.http.RouteAccess;
import dev.sluice.proxy.admin.http.StreamResponse;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** The paths of the live stream: {@code docs/live.md} explains them. */
public final class LiveApi {
    private static final String EVENT_STREAM = "text/event-stream";
    /** The subject of a scope that has only one. */
    private static final String ONLY = "-";

    private final LiveFeed feed;
    private final LiveView view;
    private final LongSupplier nanoClock;
    private final LongSupplier wallMillis;

    /**
     * Of one view.
     *
     * @param nanoClock monotonic
     * @param wallMillis for people
     */
    public LiveApi(LiveFeed feed, LiveView view, LongSupplier nanoClock, LongSupplier wallMillis) {
        this.feed = feed;
        this.view = view;
        this.nanoClock = nanoClock;
        this.wallMillis = wallMillis;
    }

    /** The routes of the paths. */
    public List<AdminRoute> routes() {
        return List.of(
                AdminRoute.get("/api/v1/live", RouteAccess.TOKEN, request -> listen()),
                AdminRoute.get("/api/v1/live/{scope}/{subject}", RouteAccess.TOKEN, this::subject));
    }

    private AdminResponse listen() {
        if (feed.isFull()) {
            return AdminResponse.error(503, "too many listen: " + LiveFeed.LISTENERS_MAX);
        }
        return new StreamResponse(EVENT_STREAM, feed::open);
    }

    private AdminResponse subject(AdminRequest request) throws BadRequestException {
        Scope scope = scope(request.pathParameter("scope"));
        String subject = request.pathParameter("subject");
        return JsonResponse.ok(view.subject(
                scope, subject.equals(ONLY) ? "" : subject, nanoClock.getAsLong(), wallMillis.getAsLong()));
    }

    private static Scope scope(String key) throws BadRequestException {
        return Arrays.stream(Scope.values())
                .filter(scope -> scope.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new BadRequestException("scope is one of: "
                        + Arrays.stream(Scope.values()).map(Scope::key).collect(Collectors.joining(", "))));
    }
}
