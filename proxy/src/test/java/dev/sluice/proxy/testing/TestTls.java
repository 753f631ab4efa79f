package dev.sluice.proxy.testing;

import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.keys.TlsIdentity;
import dev.sluice.proxy.tls.DownstreamTls;
import dev.sluice.proxy.tls.TlsContexts;
import dev.sluice.proxy.tls.TlsOptions;
import dev.sluice.proxy.tls.UpstreamTls;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Certificates, servers' and clients' ends for tests of TLS. All are made anew in each run. */
public final class TestTls {
    public static final X509Bundle AUTHORITY = make("authority", builder -> builder.setIsCertificateAuthority(true));
    public static final X509Bundle UNTRUSTED = make("untrusted", builder -> builder.setIsCertificateAuthority(true));
    public static final X509Bundle SERVER = issued("server", AUTHORITY);
    public static final X509Bundle SERVER_TWO = issued("server-two", AUTHORITY);

    private TestTls() {}

    private interface Change {
        CertificateBuilder to(CertificateBuilder builder) throws Exception;
    }

    private static X509Bundle make(String name, Change change) {
        try {
            return change.to(builder(name)).buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static CertificateBuilder builder(String name) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .subject("CN=" + name)
                .ecp256()
                .notBefore(now.minus(1, ChronoUnit.DAYS))
                .notAfter(now.plus(1, ChronoUnit.DAYS));
    }

    /** A server's, for {@code localhost} and 127.0.0.1. */
    public static X509Bundle issued(String name, X509Bundle issuer) {
        return issued(builder(name).addSanDnsName("localhost").addSanIpAddress("127.0.0.1"), issuer);
    }

    public static X509Bundle issuedFor(String host, X509Bundle issuer) {
        return issued(builder(host).addSanDnsName(host), issuer);
    }

    public static X509Bundle expired(X509Bundle issuer) {
        Instant now = Instant.now();
        return issued(
                builder("expired")
                        .addSanDnsName("localhost")
                        .notBefore(now.minus(3, ChronoUnit.DAYS))
                        .notAfter(now.minus(2, ChronoUnit.DAYS)),
                issuer);
    }

    private static X509Bundle issued(CertificateBuilder builder, X509Bundle issuer) {
        try {
            return builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static TlsIdentity identity(X509Bundle bundle) {
        return new TlsIdentity(
                List.of(bundle.getCertificatePath()), bundle.getKeyPair().getPrivate());
    }

    public static DownstreamTls downstream(SslProvider provider) throws IOException {
        return new DownstreamTls(TlsContexts.server(identity(SERVER), provider));
    }

    public static TlsOptions forClients(SslProvider provider) throws IOException {
        return new TlsOptions(Optional.of(downstream(provider)), Optional.empty());
    }

    /** Towards a gateway that is looked for at {@code localhost}. */
    public static TlsOptions toGateway(InetSocketAddress gateway, SslProvider provider) throws IOException {
        GatewayTrust trust = new GatewayTrust.Authorities(List.of(AUTHORITY.getCertificate()));
        return new TlsOptions(
                Optional.empty(),
                Optional.of(new UpstreamTls(
                        TlsContexts.client(trust, "localhost", provider),
                        "localhost",
                        gateway.getPort(),
                        System.nanoTime())));
    }

    /** A client's end that trusts the authority. */
    public static SSLContext client() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, AUTHORITY.toTrustManagerFactory().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server's end. */
    public static SSLContext server(X509Bundle bundle) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(bundle.toKeyManagerFactory().getKeyManagers(), new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A handshake over a socket that stays open when the TLS over it is closed. */
    public static SSLSocket over(Socket raw) throws IOException {
        SSLSocket socket = (SSLSocket) client().getSocketFactory().createSocket(raw, "localhost", raw.getPort(), false);
        socket.startHandshake();
        return socket;
    }

    /** A connection whose handshake is done. */
    public static SSLSocket connect(InetSocketAddress address, String... protocols) throws IOException {
        SSLSocket socket =
                (SSLSocket) client().getSocketFactory().createSocket(address.getAddress(), address.getPort());
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.setSoTimeout(60_000);
        socket.startHandshake();
        return socket;
    }
}
