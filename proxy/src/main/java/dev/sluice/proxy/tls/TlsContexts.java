package dev.sluice.proxy.tls;

import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.keys.TlsIdentity;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.NetUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;

/**
 * Makes TLS contexts: TLS 1.3 and 1.2, only with forward secrecy and authenticated encryption, and HTTP/1.1 as the
 * application protocol, where no other is named. Sessions are resumed by tickets, which cost no memory here, or from a cache of {@value
 * #SESSIONS_MAX}.
 */
public final class TlsContexts {
    static final int SESSIONS_MAX = 1024;
    private static final long SESSION_SECONDS = 3600;
    private static final String PROVIDER_PROPERTY = "sluice.tls-provider";
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    static {
        // Otherwise a client could force Java's TLS 1.2 to repeat handshakes. Read when that is loaded.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private TlsContexts() {}

    /**
     * Returns BoringSSL where it is available, otherwise the TLS of Java; the system property {@code
     * sluice.tls-provider} overrides this.
     */
    public static SslProvider bestProvider() {
        return switch (System.getProperty(PROVIDER_PROPERTY, "")) {
            case "jdk" -> SslProvider.JDK;
            case "openssl" -> SslProvider.OPENSSL;
            default -> OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
        };
    }

    /**
     * Makes the context for client connections.
     *
     * @throws SSLException if the provider can't use the identity
     */
    public static SslContext server(TlsIdentity identity, SslProvider provider) throws SSLException {
        return server(identity, provider, ApplicationProtocolNames.HTTP_1_1);
    }

    /**
     * Makes the context for connections of clients that speak another protocol.
     *
     * @param protocol as in ALPN
     * @throws SSLException if the provider can't use the identity
     */
    static SslContext server(TlsIdentity identity, SslProvider provider, String protocol) throws SSLException {
        SslContext context = SslContextBuilder.forServer(
                        identity.key(), identity.chain().toArray(X509Certificate[]::new))
                .sslProvider(provider)
                .protocols(PROTOCOLS)
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                // A client that offers only another one sends that next, which is malformed.
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocol))
                .sessionCacheSize(SESSIONS_MAX)
                .sessionTimeout(SESSION_SECONDS)
                .build();
        if (context instanceof OpenSslServerContext openSsl) {
            // Tickets are off until keys are set. Without keys BoringSSL makes its own and replaces them every two
            // days.
            openSsl.sessionContext().setTicketKeys();
        }
        return context;
    }

    /**
     * Makes the context for connections to the gateway; it verifies that the gateway's certificate is for that host.
     *
     * @param host sent to the gateway (SNI) unless it is an address
     * @throws SSLException if the provider can't use the authorities
     */
    public static SslContext client(GatewayTrust trust, String host, SslProvider provider) throws SSLException {
        SslContextBuilder builder = builder(trust, provider);
        serverName(host).ifPresent(builder::serverName);
        return builder.build();
    }

    /**
     * Makes the context for connections to several nodes; it verifies that each one's certificate is for the host that the
     * connection's handler is made for.
     *
     * @throws SSLException if the provider can't use the authorities
     */
    public static SslContext client(GatewayTrust trust, SslProvider provider) throws SSLException {
        return builder(trust, provider).build();
    }

    private static SslContextBuilder builder(GatewayTrust trust, SslProvider provider) {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(provider)
                .protocols(PROTOCOLS)
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .endpointIdentificationAlgorithm("HTTPS")
                .sessionCacheSize(SESSIONS_MAX)
                .sessionTimeout(SESSION_SECONDS);
        if (trust instanceof GatewayTrust.Authorities authorities) {
            builder.trustManager(authorities.certificates());
        }
        return builder;
    }

    /**
     * Set here because neither provider sends a name without a dot by itself, such as that of a service within a
     * namespace.
     */
    private static Optional<SNIHostName> serverName(String host) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SNIHostName(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
