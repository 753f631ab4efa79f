package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.hocon.Section;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.keys.CertificateParser;
import dev.sluice.policy.keys.PemParser;
import dev.sluice.policy.keys.TlsFiles;
import dev.sluice.policy.keys.TlsIdentity;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads {@code listen.tls} and {@code upstream.tls}, and the PEM files that they name. */
final class TlsSettingsReader {
    private static final String CA_FILE = "ca-file";
    private static final String SYSTEM = "system";
    private static final int AUTHORITIES_BYTES_MAX = 4 << 20;

    private final BiFunction<Section, String, Optional<Path>> paths;
    private final long nowWallMillis;

    /** @param paths resolves the path that a key names, or reports it as bad */
    TlsSettingsReader(BiFunction<Section, String, Optional<Path>> paths, long nowWallMillis) {
        this.paths = paths;
        this.nowWallMillis = nowWallMillis;
    }

    /** Reads the certificate for clients; empty: no TLS, or something is wrong and was reported. */
    Optional<Settings.ListenTls> listen(Section tls) {
        boolean hasCertificate = isSet(tls, TlsFiles.CERTIFICATE_FILE);
        boolean hasKey = isSet(tls, TlsFiles.KEY_FILE);
        if (!hasCertificate && !hasKey) {
            return Optional.empty();
        }
        if (!hasCertificate) {
            tls.error(
                    TlsFiles.CERTIFICATE_FILE,
                    "key-file is set and this is not",
                    "name the PEM file with the key's certificate, or set neither");
            return Optional.empty();
        }
        if (!hasKey) {
            tls.error(
                    TlsFiles.KEY_FILE,
                    "certificate-file is set and this is not",
                    "name the PEM file with the certificate's private key, or set neither");
            return Optional.empty();
        }
        Optional<Path> certificate = paths.apply(tls, TlsFiles.CERTIFICATE_FILE);
        Optional<Path> key = paths.apply(tls, TlsFiles.KEY_FILE);
        return certificate.isPresent() && key.isPresent()
                ? read(tls, new TlsFiles(certificate.get(), key.get()))
                : Optional.empty();
    }

    private Optional<Settings.ListenTls> read(Section tls, TlsFiles files) {
        ReadResult<TlsIdentity> result = files.read(nowWallMillis);
        result.problems().forEach(tls::report);
        return result.value().map(identity -> new Settings.ListenTls(files, identity));
    }

    /** Reads which authorities the gateway's certificate must be signed by; empty: no TLS, or something is wrong and was reported. */
    Optional<GatewayTrust> upstream(Section tls) {
        String caFile = tls.value(CA_FILE, ValueParsers.any()).orElse("");
        if (caFile.isEmpty()) {
            return Optional.empty();
        }
        return caFile.equals(SYSTEM)
                ? Optional.of(new GatewayTrust.Platform())
                : paths.apply(tls, CA_FILE).flatMap(file -> authorities(tls, file));
    }

    private Optional<GatewayTrust> authorities(Section tls, Path file) {
        String name = ProblemTexts.quote(file.toString()) + ": ";
        FileContent content = FileContent.read(file, AUTHORITIES_BYTES_MAX);
        if (content instanceof FileContent.Unreadable unreadable) {
            tls.error(CA_FILE, name + unreadable.message(), unreadable.hint());
            return Optional.empty();
        }
        List<X509Certificate> certificates = List.of();
        try {
            certificates = CertificateParser.of(PemParser.blocks(((FileContent.Bytes) content).text()));
        } catch (CertificateException e) {
            tls.error(CA_FILE, name + "a certificate in it can't be read", "name a PEM file with the authorities");
            return Optional.empty();
        }
        if (certificates.isEmpty()) {
            tls.error(
                    CA_FILE,
                    name + "there is no certificate in it",
                    "name a PEM file with the authorities that sign the gateway's, or write system");
            return Optional.empty();
        }
        for (X509Certificate certificate : certificates) {
            String why = CertificateParser.whyInvalid(certificate, nowWallMillis);
            if (!why.isEmpty()) {
                tls.warn(
                        CA_FILE,
                        name + "the certificate " + CertificateParser.nameOf(certificate) + " " + why,
                        "remove it, or put its successor beside it");
            }
        }
        return Optional.of(new GatewayTrust.Authorities(certificates));
    }

    private static boolean isSet(Section tls, String key) {
        return !tls.value(key, ValueParsers.any()).orElse("").isEmpty();
    }
}
