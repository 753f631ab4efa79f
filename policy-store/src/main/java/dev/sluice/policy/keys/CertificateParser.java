package dev.sluice.policy.keys;

import dev.sluice.policy.hocon.ProblemTexts;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** CertificateParser from PEM files, and what to say of them. */
public final class CertificateParser {
    private CertificateParser() {}

    /**
     * All certificates of a file's blocks; other blocks are passed over.
     *
     * @throws CertificateException if one can't be read
     */
    public static List<X509Certificate> of(List<PemParser.Block> blocks) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemParser.Block block : blocks) {
            if (block.isCertificate()) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
            }
        }
        return certificates;
    }

    /** Why it isn't valid at a time; empty if it is. */
    public static String whyInvalid(X509Certificate certificate, long nowWallMillis) {
        Instant now = Instant.ofEpochMilli(nowWallMillis);
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (notAfter.isBefore(now)) {
            return "expired at " + notAfter;
        }
        Instant notBefore = certificate.getNotBefore().toInstant();
        return notBefore.isAfter(now) ? "is not valid before " + notBefore : "";
    }

    /** Whom a certificate is for, for people. */
    public static String nameOf(X509Certificate certificate) {
        return ProblemTexts.quote(certificate.getSubjectX500Principal().getName());
    }
}
