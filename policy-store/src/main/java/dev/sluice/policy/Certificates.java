package dev.sluice.policy;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Certificates from PEM files, and what to say of them. */
final class Certificates {
    private Certificates() {}

    /**
     * All certificates of a file's blocks; other blocks are passed over.
     *
     * @throws CertificateException if one can't be read
     */
    static List<X509Certificate> of(List<Pem.Block> blocks) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Pem.Block block : blocks) {
            if (block.isCertificate()) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
            }
        }
        return certificates;
    }

    /** Why it isn't valid at a time; empty if it is. */
    static String whyInvalid(X509Certificate certificate, long nowWallMillis) {
        Instant now = Instant.ofEpochMilli(nowWallMillis);
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (notAfter.isBefore(now)) {
            return "expired at " + notAfter;
        }
        Instant notBefore = certificate.getNotBefore().toInstant();
        return notBefore.isAfter(now) ? "is not valid before " + notBefore : "";
    }

    /** Whom a certificate is for, for people. */
    static String nameOf(X509Certificate certificate) {
        return Texts.quote(certificate.getSubjectX500Principal().getName());
    }
}
