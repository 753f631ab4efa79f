package dev.sluice.policy.keys;

import java.security.cert.X509Certificate;
import java.util.List;

/** Which authorities may have signed the gateway's certificate. */
public sealed interface GatewayTrust {
    /** The authorities that the Java runtime trusts: {@code ca-file = system}. */
    record Platform() implements GatewayTrust {}

    /** These authorities and no others; a gateway's own certificate may be one. */
    record Authorities(List<X509Certificate> certificates) implements GatewayTrust {
        public Authorities {
            certificates = List.copyOf(certificates);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("at least one authority is needed");
            }
        }
    }
}
