package dev.sluice.policy.keys;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ReadResult;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The PEM file with the authorities that sign the gateway's certificate. Read once at the start. */
public record AuthoritiesFile(Path file) {
    /** The setting that names the file. */
    public static final String CA_FILE = "ca-file";

    private static final int FILE_BYTES_MAX = 4 << 20;

    /** Reads the file. Blocks on the disk. */
    public ReadResult<List<X509Certificate>> read(long nowWallMillis) {
        FileContent content = FileContent.read(file, FILE_BYTES_MAX);
        if (content instanceof FileContent.Unreadable unreadable) {
            return unusable(unreadable.message(), unreadable.hint());
        }
        List<X509Certificate> certificates;
        try {
            certificates = CertificateParser.of(PemParser.blocks(((FileContent.Bytes) content).text()));
        } catch (CertificateException e) {
            return unusable("a certificate in it can't be read", "name a PEM file with the authorities");
        }
        if (certificates.isEmpty()) {
            return unusable(
                    "there is no certificate in it",
                    "name a PEM file with the authorities that sign the gateway's, or write system");
        }
        List<ConfigProblem> warnings = new ArrayList<>();
        for (X509Certificate certificate : certificates) {
            String why = CertificateParser.whyInvalid(certificate, nowWallMillis);
            if (!why.isEmpty()) {
                warnings.add(problem(
                        Severity.WARNING,
                        "the certificate " + CertificateParser.nameOf(certificate) + " " + why,
                        "remove it, or put its successor beside it"));
            }
        }
        return ReadResult.of(Optional.of(certificates), warnings);
    }

    private ReadResult<List<X509Certificate>> unusable(String message, String hint) {
        return new ReadResult.Unusable<>(List.of(problem(Severity.ERROR, message, hint)));
    }

    private ConfigProblem problem(Severity severity, String message, String hint) {
        return ConfigProblem.ofSetting(
                severity, "upstream.tls." + CA_FILE, ProblemTexts.quote(file.toString()) + ": " + message, hint);
    }
}
