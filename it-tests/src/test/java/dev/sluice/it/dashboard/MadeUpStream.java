package dev.sluice.it.dashboard;

import dev.sluice.proxy.admin.http.AdminResponse;
import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.http.AdminRouter;
import dev.sluice.proxy.admin.http.AdminServer;
import dev.sluice.proxy.admin.http.ContentResponse;
import dev.sluice.proxy.admin.http.ResponseStream;
import dev.sluice.proxy.admin.http.RouteAccess;
import dev.sluice.proxy.admin.http.StreamResponse;
import dev.sluice.proxy.admin.http.TokenCheck;
import dev.sluice.proxy.admin.page.PageRoutes;
import dev.sluice.proxy.loop.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The dashboard as a sidecar serves it, before a stream that a test makes up: two sidecars, some limits, and what is wrong.
 * What is changed is in the next message, twice a second.
 */
final class MadeUpStream implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 500;

    /** Set by the test; read by the thread that sends. */
    volatile List<MadeUpLimit> limits = List.of();

    volatile List<String> problems = List.of();
    volatile List<String> events = List.of();
    /** {@code live}, {@code silent} or {@code left}. */
    volatile String otherState = "live";

    volatile double admitted = 120;
    volatile double failed;

    private final List<ResponseStream> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AdminServer server;

    private MadeUpStream(TokenCheck token) throws IOException {
        List<AdminRoute> routes = new ArrayList<>(PageRoutes.routes());
        routes.add(AdminRoute.get(
                "/api/v1/live", RouteAccess.TOKEN, request -> new StreamResponse("text/event-stream", this::open)));
        routes.add(AdminRoute.get(
                "/api/v1/live/{scope}/{subject}",
                RouteAccess.TOKEN,
                request -> subject(request.pathParameter("scope"), request.pathParameter("subject"))));
        routes.add(AdminRoute.get(
                "/api/v1/usage", RouteAccess.TOKEN, request -> ContentResponse.text("application/json", """
                        {"usage":[{"scope":"user","subject":"zoe","dimension":"read-ops","limit":"9/s","limit_amount":9,
                        "period_seconds":1,"used":3}]}""")));
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AdminRouter(routes, token),
                Transport.best());
        clock.scheduleAtFixedRate(this::send, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Serves everybody. */
    static MadeUpStream start() throws IOException {
        return new MadeUpStream(new TokenCheck() {
            @Override
            public boolean allows(String authorization) {
                return true;
            }

            @Override
            public boolean isConfigured() {
                return false;
            }
        });
    }

    /** Serves the data to those who have the token. */
    static MadeUpStream withToken(String token) throws IOException {
        return new MadeUpStream(authorization -> authorization.equals("Bearer " + token));
    }

    URI page() {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
    }

    private static double now() {
        return Math.floor(System.currentTimeMillis() / 1e3);
    }

    private void open(ResponseStream stream) {
        stream.write("event: history\ndata: " + oneLine(history()) + "\n\n");
        stream.write(message());
        listeners.add(stream);
        stream.onClose(() -> listeners.remove(stream));
    }

    private void send() {
        String message = message();
        listeners.forEach(stream -> stream.write(message));
    }

    private static String oneLine(String json) {
        return json.replace("\n", " ");
    }

    private String history() {
        return """
                {"time":%.0f,"step_seconds":1,"node":"rgw1","cluster":"test","version":"1.2.3","on_partition":"auto",
                "total":{"latency_seconds":[0.002,0.003,null],"upstream_seconds":[0.001,0.002,null]},
                "sidecars":[%s,%s],"limits":[%s],"events":[%s]}""".formatted(
                        now(),
                        sidecarSeries("rgw1"),
                        sidecarSeries("rgw2"),
                        limits.stream().map(MadeUpLimit::series).collect(Collectors.joining(",")),
                        String.join(",", events));
    }

    private static String sidecarSeries(String node) {
        return """
                {"node":"%s","admitted":[60,60,60],"rejected":[],"failed":[],"bytes_to_clients":[1000,1000,1000],
                "bytes_from_clients":[],"latency_seconds":[0.002,0.003,null],"upstream_seconds":[0.001,0.002,null]}""".formatted(node);
    }

    private String message() {
        long over = limits.stream()
                .filter(limit -> limit.rejected() > 0 && limit.onExceed().equals("reject"))
                .count();
        String json = String.format(
                Locale.ROOT,
                """
                {"time":%.0f,"node":"rgw1","total":{"latency_seconds":0.0024,"latency_p99_seconds":0.053,
                "upstream_seconds":0.0021,"added_seconds":0.0003},"sidecars":[%s,%s],"problems":[%s],
                "limits":{"in_use":%d,"over":%d,"more":0,"more_used_ratio":0,"rows":[%s]},"events":[]}""",
                now(),
                sidecar("rgw1", "live"),
                sidecar("rgw2", otherState),
                String.join(",", problems),
                limits.size(),
                over,
                limits.stream().map(MadeUpLimit::row).collect(Collectors.joining(",")));
        return "event: now\ndata: " + oneLine(json) + "\n\n";
    }

    private String sidecar(String node, String state) {
        boolean isLive = state.equals("live");
        String figures = isLive ? String.format(Locale.ROOT, """
                        "admitted":%f,"rejected":20,"failed":%f,"other":0,"bytes_to_clients":1000000,
                        "bytes_from_clients":1000,"in_flight":1,"connections":7,"peers_live":1,"peers_known":1,
                        "peer_report_age_seconds":0.051,"latency_seconds":0.0024,"latency_p99_seconds":0.05,
                        "upstream_seconds":0.0021,"added_seconds":0.0003""", admitted / 2, failed) : """
                        "admitted":null,"rejected":null,"failed":null,"other":null,"bytes_to_clients":null,
                        "bytes_from_clients":null,"in_flight":null,"connections":null,"peers_live":null,"peers_known":null,
                        "peer_report_age_seconds":null,"latency_seconds":null,"latency_p99_seconds":null,
                        "upstream_seconds":null,"added_seconds":null""";
        return String.format(Locale.ROOT, """
                {"node":"%s","incarnation":"a5ab45f39047c6d1","is_self":%b,"state":"%s","state_since":%.0f,
                "last_report_age_seconds":0,"lost_reports":4,"gateway":{"state":"up","since":%.0f,"problem":""},
                "limits":{"state":"ok","since":null,"problem":"","hash":"6b1f0c2a99d4e7f0","is_same":true},%s}""", node, node.equals("rgw1"), state, now() - 12, now() - 100, figures);
    }

    /** One that is wrong since some seconds. */
    static String problem(String kind, String level, String sidecars, String message) {
        return String.format(Locale.ROOT, """
                {"kind":"%s","level":"%s","sidecars":%s,"since":%.0f,"message":%s}""", kind, level, sidecars, now() - 12, MadeUpLimit.quoted(message));
    }

    /** One that happened some seconds ago. */
    static String event(int id, String kind, String level, String sidecar, String key) {
        return String.format(Locale.ROOT, """
                {"id":%d,"time":%.0f,"kind":"%s","level":"%s","sidecar":"%s","key":"%s","text":"%s"}""", id, now() - 1, kind, level, sidecar, key, kind);
    }

    private AdminResponse subject(String scope, String subject) {
        String rows = limits.stream()
                .filter(limit -> limit.scope().equals(scope)
                        && (limit.subject().isEmpty() ? "-" : limit.subject()).equals(subject))
                .map(MadeUpLimit::row)
                .collect(Collectors.joining(","));
        String json = String.format(Locale.ROOT, """
                {"time":%.0f,"scope":"%s","subject":%s,"rows":[%s],
                "clients":[{"address":"192.0.2.17","requests":1200,"rejected":640,"last_seen":%.0f}],
                "rejections":[{"time":%.0f,"key":"user/alice/read-ops","address":"192.0.2.17","operation":"GET",
                "retry_after_seconds":1}]}""", now(), scope, MadeUpLimit.quoted(subject), rows, now(), now());
        return ContentResponse.text("application/json", json);
    }

    /** Ends all streams, and serves nobody any more. */
    @Override
    public void close() {
        clock.shutdownNow();
        server.close();
    }
}
