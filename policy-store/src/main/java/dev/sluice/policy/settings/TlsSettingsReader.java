package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.keys.AuthoritiesFile;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.keys.TlsFiles;
import dev.sluice.policy.keys.TlsIdentity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads {@code listen.tls} and {@code upstream.tls}, and the PEM files that they name. */
final class TlsSettingsReader {
    private static final String SYSTEM = "system";

    private final BiFunction<ConfigSection, String, Optional<Path>> paths;
    private final long nowWallMillis;

    /**
     * Creates a reader.
     *
     * @param paths resolves the path that a key names, or reports it as bad
     */
    TlsSettingsReader(BiFunction<ConfigSection, String, Optional<Path>> paths, long nowWallMillis) {
        this.paths = paths;
        this.nowWallMillis = nowWallMillis;
    }

    /** Reads the certificate for clients; empty: no TLS, or something is wrong and was reported. */
    Optional<Settings.ListenTls> listen(ConfigSection tls) {
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

    private Optional<Settings.ListenTls> read(ConfigSection tls, TlsFiles files) {
        ReadResult<TlsIdentity> result = files.read(nowWallMillis);
        result.problems().forEach(tls::report);
        return result.value().map(identity -> new Settings.ListenTls(files, identity));
    }

    /**
     * Reads which authorities the gateway's certificate must be signed by; empty: no TLS, or something is wrong and was
     * reported.
     */
    Optional<GatewayTrust> upstream(ConfigSection tls) {
        String caFile = tls.value(AuthoritiesFile.CA_FILE, ValueParsers.any()).orElse("");
        if (caFile.isEmpty()) {
            return Optional.empty();
        }
        return caFile.equals(SYSTEM)
                ? Optional.of(new GatewayTrust.Platform())
                : paths.apply(tls, AuthoritiesFile.CA_FILE).flatMap(file -> authorities(tls, file));
    }

    private Optional<GatewayTrust> authorities(ConfigSection tls, Path file) {
        ReadResult<List<X509Certificate>> result = new AuthoritiesFile(file).read(nowWallMillis);
        result.problems().forEach(tls::report);
        return result.value().map(GatewayTrust.Authorities::new);
    }

    private static boolean isSet(ConfigSection tls, String key) {
        return !tls.value(key, ValueParsers.any()).orElse("").isEmpty();
    }
}
