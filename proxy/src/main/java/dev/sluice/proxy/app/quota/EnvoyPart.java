package dev.sluice.proxy.app.quota;

import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.admin.http.TokenCheck;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.envoy.DescriptorLimits;
import dev.sluice.proxy.quota.envoy.EnvoyServer;
import dev.sluice.proxy.tls.SidecarTls;
import dev.sluice.quota.rate.RateQuotas;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Envoy's rate limit service, on event loops of its own. */
final class EnvoyPart implements AutoCloseable {
    private final EventLoopGroup group;
    private final EnvoyServer server;
    private final DescriptorLimits limits;
    private final Optional<SidecarTls> tls;
    private final boolean isShadow;

    private EnvoyPart(
            EventLoopGroup group,
            EnvoyServer server,
            DescriptorLimits limits,
            Optional<SidecarTls> tls,
            boolean isShadow) {
        this.group = group;
        this.server = server;
        this.limits = limits;
        this.tls = tls;
        this.isShadow = isShadow;
    }

    /**
     * Binds and serves.
     *
     * @param certificate empty: Envoy comes without TLS
     * @throws IOException if the address can't be listened on, or the certificate can't be used
     */
    static EnvoyPart start(
            Settings.Envoy settings,
            Optional<Settings.ListenTls> certificate,
            TokenCheck token,
            RateQuotas rates,
            BooleanSupplier isServing,
            int connectionsMax)
            throws IOException {
        Optional<SidecarTls> tls = Optional.empty();
        if (certificate.isPresent()) {
            tls = Optional.of(SidecarTls.ofHttp2Clients(certificate.get()));
        }
        Transport transport = Transport.best();
        EventLoopGroup group = transport.newGroup(Runtime.getRuntime().availableProcessors(), "envoy");
        DescriptorLimits limits = new DescriptorLimits(rates, settings.isShadow());
        InetSocketAddress address = new InetSocketAddress(
                settings.listen().host(), settings.listen().port());
        try {
            EnvoyServer server = EnvoyServer.start(
                    address,
                    transport,
                    group,
                    limits,
                    tls.flatMap(files -> files.options().clients()),
                    token,
                    isServing,
                    System::nanoTime,
                    connectionsMax);
            tls.ifPresent(SidecarTls::start);
            return new EnvoyPart(group, server, limits, tls, settings.isShadow());
        } catch (IOException e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** With the port that was bound. */
    InetSocketAddress address() {
        return server.address();
    }

    /** Registers its metrics. */
    void bind(SluiceMetrics to) {
        String requests = "Requests of Envoy that were decided";
        to.counter("sluice.envoy.requests", requests, "outcome", "admitted", limits, DescriptorLimits::admitted);
        to.counter(
                "sluice.envoy.requests",
                requests,
                "outcome",
                isShadow ? "would-refuse" : "refused",
                limits,
                DescriptorLimits::refused);
    }

    @Override
    public void close() {
        server.close();
        tls.ifPresent(SidecarTls::close);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
