package dev.sluice.proxy.tls;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.keys.CertificateSource;
import dev.sluice.policy.keys.TlsFiles;
import dev.sluice.policy.keys.TlsIdentity;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.Staleness;
import io.netty.handler.ssl.SslProvider;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate that new client connections get, followed in its files. Thread-safe. */
final class CertificateState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateState.class);
    private static final double MILLIS_PER_SECOND = 1e3;

    private final SslProvider provider;
    private final String protocol;
    private final DownstreamTls tls;
    private final Reloadable<TlsIdentity> identity;
    private final SourcePoller<TlsIdentity> poller;

    /**
     * Takes what the files held at the start; follows nothing yet.
     *
     * @param protocol that clients speak, as in ALPN
     * @throws SSLException if the provider can't use it
     */
    CertificateState(TlsFiles files, TlsIdentity first, SslProvider provider, String protocol) throws SSLException {
        this.provider = provider;
        this.protocol = protocol;
        this.tls = new DownstreamTls(TlsContexts.server(first, provider, protocol));
        this.identity = new Reloadable<>(first);
        this.identity.addListener(new ContextUpdate());
        this.poller = CertificateSource.poller(files, this::refuseUnusable, identity);
    }

    /** Begins to follow the files. */
    void start() {
        poller.start();
    }

    @Override
    public void close() {
        poller.close();
    }

    /** What new connections get. */
    DownstreamTls tls() {
        return tls;
    }

    /** The identity in use and its source. */
    Reloadable<TlsIdentity> identity() {
        return identity;
    }

    /** When the first certificate of the chain in use expires, in seconds since 1970. */
    double notAfterSeconds() {
        return identity.value().notAfterWallMillis() / MILLIS_PER_SECOND;
    }

    CertificateStatus status() {
        return new CertificateStatus(identity.staleness(), identity.value().notAfterWallMillis());
    }

    private Instant notAfter() {
        return Instant.ofEpochMilli(identity.value().notAfterWallMillis());
    }

    private ReadResult<TlsIdentity> refuseUnusable(ReadResult<TlsIdentity> read) {
        if (read.value().isEmpty()) {
            return read;
        }
        try {
            var unused = TlsContexts.server(read.value().get(), provider, protocol);
            return read;
        } catch (SSLException e) {
            return new ReadResult.Unusable<>(List.of(ConfigProblem.ofSetting(
                    Severity.ERROR,
                    "listen.tls." + TlsFiles.CERTIFICATE_FILE,
                    e.toString(),
                    "name another certificate")));
        }
    }

    private final class ContextUpdate implements ReloadListener<TlsIdentity> {
        @Override
        public void onLoaded(TlsIdentity loaded, List<ConfigProblem> warnings) {
            try {
                tls.replace(TlsContexts.server(loaded, provider, protocol));
            } catch (SSLException e) {
                throw new IllegalStateException("it could be used a moment ago", e);
            }
            warnings.forEach(warning -> LOG.warn("{}", warning.text()));
            LOG.info("new connections get the new certificate, valid until {}", notAfter());
        }

        @Override
        public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
            LOG.error("the certificate files are bad, the old certificate stays in use, valid until {}", notAfter());
            problems.forEach(problem -> LOG.error("{}", problem.text()));
        }
    }
}
