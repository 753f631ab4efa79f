package dev.sluice.policy.keys;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The certificate chain and the private key of a TLS server. Never prints the key.
 *
 * @param chain the server's own certificate first, then the intermediate ones
 * @param key belongs to the first certificate
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a certificate");
        }
    }

    /** When the first of the chain's certificates to expire does so, in wall-clock milliseconds. */
    public long notAfterWallMillis() {
        return chain.stream()
                .mapToLong(certificate -> certificate.getNotAfter().toInstant().toEpochMilli())
                .min()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return "TlsIdentity[" + CertificateParser.nameOf(chain.get(0)) + "]";
    }
}
