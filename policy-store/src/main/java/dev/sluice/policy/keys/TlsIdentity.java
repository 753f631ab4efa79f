package dev.sluice.policy.keys;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a TLS server shows of itself, and proves itself by. Never prints its key.
 *
 * @param chain the server's own certificate first, then those that lead to an authority's
 * @param key belongs to the first certificate
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a certificate");
        }
    }

    /** When the first certificate of the chain expires, in wall-clock milliseconds. */
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
