package dev.sluice.proxy.app;

import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.admin.api.AdminApi;
import dev.sluice.proxy.admin.api.AdminViews;
import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.http.AdminRouter;
import dev.sluice.proxy.admin.http.AdminServer;
import dev.sluice.proxy.admin.http.BearerToken;
import dev.sluice.proxy.admin.http.SiteCheck;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.loop.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The admin port: what a sidecar or a relay shows of itself. */
final class AdminPart implements AutoCloseable {
    private final AdminServer server;
    private final SluiceMetrics metrics;

    private AdminPart(AdminServer server, SluiceMetrics metrics) {
        this.server = server;
        this.metrics = metrics;
    }

    /**
     * Binds and serves.
     *
     * @param more routes besides those of the views
     * @param metrics closed with this part
     * @throws IOException if the address can't be listened on
     */
    static AdminPart start(Settings.Admin settings, AdminViews views, List<AdminRoute> more, SluiceMetrics metrics)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(
                settings.address().host(), settings.address().port());
        List<AdminRoute> routes = new ArrayList<>(AdminApi.routes(views));
        routes.addAll(more);
        AdminRouter router =
                new AdminRouter(routes, new BearerToken(settings.token()), new SiteCheck(settings.hosts()));
        return new AdminPart(AdminServer.start(address, router, Transport.best()), metrics);
    }

    /** With the port that was bound. */
    InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
        metrics.close();
    }
}
