package dev.sluice.policy.keys;

import dev.sluice.policy.hocon.ProblemTexts;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Parses the certificates in PEM files, and describes them in messages. */
final class CertificateParser {
    private CertificateParser() {}

    /**
     * All certificates of a file's blocks; other blocks are ignored.
     *
     * @throws CertificateException if one can't be read
     */
    static List<X509Certificate> of(List<PemParser.Block> blocks) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemParser.Block block : blocks) {
            if (block.isCertificate()) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
            }
        }
        return certificates;
    }

    /** Why a certificate isn't valid at a time, such as {@code expired at ...}; empty if it is valid. */
    static String whyInvalid(X509Certificate certificate, long nowWallMillis) {
        Instant now = Instant.ofEpochMilli(nowWallMillis);
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (notAfter.isBefore(now)) {
            return "expired at " + notAfter;
        }
        Instant notBefore = certificate.getNotBefore().toInstant();
        return notBefore.isAfter(now) ? "is not valid before " + notBefore : "";
    }

    /** The subject of a certificate, in quotes. */
    static String nameOf(X509Certificate certificate) {
        return ProblemTexts.quote(certificate.getSubjectX500Principal().getName());
    }
}
