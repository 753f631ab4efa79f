package dev.sluice.proxy.tls;

import dev.sluice.policy.keys.CertificateWatcher;
import dev.sluice.policy.keys.TlsFiles;
import dev.sluice.policy.keys.TlsIdentity;
import io.netty.handler.ssl.SslProvider;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate that new clients are shown, and whether the one in the files can't be. Thread-safe. */
public final class CertificateState implements CertificateWatcher.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateState.class);
    private static final double MILLIS_PER_SECOND = 1e3;

    /**
     * The files can't be used; the certificate in use is older.
     *
     * @param firstProblem which file, and what would be right
     */
    record Stale(long sinceWallMillis, String firstProblem) {}

    private final SslProvider provider;
    private final DownstreamTls tls;
    private volatile TlsIdentity current;
    private volatile Optional<Stale> stale = Optional.empty();
    private final LongAdder loads = new LongAdder();
    private final LongAdder refusals = new LongAdder();

    /**
     * With what the files held at start.
     *
     * @throws SSLException if the provider can't use it
     */
    public CertificateState(TlsIdentity first, SslProvider provider) throws SSLException {
        this.provider = provider;
        this.current = first;
        this.tls = new DownstreamTls(TlsContexts.server(first, provider));
    }

    /** What new connections get. */
    public DownstreamTls tls() {
        return tls;
    }

    @Override
    public void onLoaded(TlsIdentity identity, List<TlsFiles.Fault> warnings) {
        try {
            tls.replace(TlsContexts.server(identity, provider));
        } catch (SSLException e) {
            onRefused(
                    List.of(new TlsFiles.Fault("certificate-file", e.toString(), "name another certificate")),
                    System.currentTimeMillis());
            return;
        }
        current = identity;
        stale = Optional.empty();
        loads.increment();
        warnings.forEach(warning -> LOG.warn("{}", warning));
        LOG.info("new connections get the new certificate, valid until {}", notAfter());
    }

    @Override
    public void onRefused(List<TlsFiles.Fault> faults, long sinceWallMillis) {
        stale = Optional.of(
                new Stale(sinceWallMillis, faults.isEmpty() ? "" : faults.get(0).toString()));
        refusals.increment();
        LOG.error("the certificate files are bad, the old certificate stays in use, valid until {}", notAfter());
        faults.forEach(fault -> LOG.error("{}", fault));
    }

    private Instant notAfter() {
        return Instant.ofEpochMilli(current.notAfterWallMillis());
    }

    /** When the first certificate of the chain in use expires, in seconds since 1970. */
    public double notAfterSeconds() {
        return current.notAfterWallMillis() / MILLIS_PER_SECOND;
    }

    public boolean isStale() {
        return stale.isPresent();
    }

    /** How often a new certificate came into use. */
    public long loads() {
        return loads.sum();
    }

    /** How often changed files were bad. */
    public long refusals() {
        return refusals.sum();
    }

    /** For people. */
    public String describe(long nowWallMillis) {
        if (stale.isPresent()) {
            return "stale since " + Instant.ofEpochMilli(stale.get().sinceWallMillis()) + ": "
                    + stale.get().firstProblem();
        }
        return current.notAfterWallMillis() < nowWallMillis ? "the certificate expired at " + notAfter() : "ok";
    }
}
