package dev.sluice.proxy.tls;

import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.loop.ProxyCounters;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslProvider;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS of one sidecar, on the sides where its settings want it. */
public final class SidecarTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SidecarTls.class);

    private final Optional<CertificateState> certificate;
    private final TlsOptions options;

    private SidecarTls(Optional<CertificateState> certificate, TlsOptions options) {
        this.certificate = certificate;
        this.options = options;
    }

    /**
     * TLS with clients alone, of a port that isn't S3's. Follows no file yet.
     *
     * @throws SSLException if the certificate can't be used
     */
    public static SidecarTls ofClients(Settings.ListenTls listen) throws SSLException {
        return ofClients(listen, ApplicationProtocolNames.HTTP_1_1);
    }

    /**
     * TLS with clients that speak HTTP/2 alone. Follows no file yet.
     *
     * @throws SSLException if the certificate can't be used
     */
    public static SidecarTls ofHttp2Clients(Settings.ListenTls listen) throws SSLException {
        return ofClients(listen, ApplicationProtocolNames.HTTP_2);
    }

    private static SidecarTls ofClients(Settings.ListenTls listen, String protocol) throws SSLException {
        CertificateState state =
                new CertificateState(listen.files(), listen.identity(), TlsContexts.bestProvider(), protocol);
        return new SidecarTls(Optional.of(state), new TlsOptions(Optional.of(state.tls()), Optional.empty()));
    }

    /**
     * Makes what is needed; follows no file yet.
     *
     * @param nowNanos on the clock of the request path
     * @throws SSLException if a certificate can't be used
     */
    public SidecarTls(Settings settings, long nowNanos) throws SSLException {
        SslProvider provider = TlsContexts.bestProvider();
        Optional<Settings.ListenTls> listen = settings.listen().tls();
        certificate = listen.isPresent()
                ? Optional.of(new CertificateState(
                        listen.get().files(), listen.get().identity(), provider, ApplicationProtocolNames.HTTP_1_1))
                : Optional.empty();
        options = new TlsOptions(certificate.map(CertificateState::tls), gateway(settings, provider, nowNanos));
        LOG.info(
                "TLS with clients: {}, with the gateway: {}; by {}",
                listen.isPresent() ? "on" : "off",
                options.gateway().isPresent() ? "on" : "off",
                provider);
    }

    private static Optional<UpstreamTls> gateway(Settings settings, SslProvider provider, long nowNanos)
            throws SSLException {
        Settings.Upstream upstream = settings.upstream();
        if (upstream.tls().isEmpty()) {
            return Optional.empty();
        }
        String host = upstream.address().host();
        return Optional.of(new UpstreamTls(
                TlsContexts.client(upstream.tls().get(), host, provider),
                host,
                upstream.address().port(),
                nowNanos));
    }

    /** For the request path. */
    public TlsOptions options() {
        return options;
    }

    /** Begins to follow the files of the certificate. */
    public void start() {
        certificate.ifPresent(CertificateState::start);
    }

    @Override
    public void close() {
        certificate.ifPresent(CertificateState::close);
    }

    /** The certificate that clients get; empty: clients come without TLS. */
    public Optional<CertificateStatus> certificate() {
        return certificate.map(CertificateState::status);
    }

    /** The metrics of what there is. */
    public void bind(SluiceMetrics to, ProxyCounters counters) {
        String handshakes = "TLS handshakes with clients";
        certificate.ifPresent(state -> {
            to.gauge(
                    "sluice.tls.certificate.expiry.timestamp.seconds",
                    "When the certificate in use expires, in seconds since 1970",
                    state,
                    CertificateState::notAfterSeconds);
            to.gauge(
                    "sluice.tls.certificate.stale",
                    "1 while the certificate files are bad and an older certificate is in use",
                    state.identity(),
                    identity -> identity.staleness().isPresent() ? 1 : 0);
            to.counter("sluice.tls.certificate.loads", "New certificates taken", state.identity(), Reloadable::loads);
            to.counter(
                    "sluice.tls.certificate.load.failures",
                    "Changed certificate files that were bad",
                    state.identity(),
                    Reloadable::failures);
            to.counter(
                    "sluice.tls.handshakes", handshakes, "outcome", "completed", counters.handshakes, LongAdder::sum);
            to.counter(
                    "sluice.tls.handshakes",
                    handshakes,
                    "outcome",
                    "failed",
                    counters.handshakesFailed,
                    LongAdder::sum);
        });
        if (options.gateway().isPresent()) {
            to.counter(
                    "sluice.tls.upstream.handshake.failures",
                    "TLS handshakes with the gateway that failed",
                    counters.upstreamHandshakesFailed,
                    LongAdder::sum);
        }
    }
}
