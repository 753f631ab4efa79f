package dev.sluice.it.harness.net;

import dev.sluice.it.harness.process.ShellCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for {@value #ADDRESS}, made by the JDK's keytool for one run. */
public final class HopCertificate {
    static final String ADDRESS = "127.0.0.1";
    private static final String PASSWORD = "changeit";

    private final KeyStore store;

    private HopCertificate(KeyStore store) {
        this.store = store;
    }

    public static HopCertificate create(Path folder) throws IOException, GeneralSecurityException {
        var file = folder.resolve("hop.p12");
        ShellCommand.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "hop",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=hop",
                        "-ext",
                        "san=ip:" + ADDRESS,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .output();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new HopCertificate(store);
    }

    ServerSocketFactory serverSockets() {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context.getServerSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was just made", e);
        }
    }

    /** Trusts this certificate alone. */
    public TrustManager[] trust() {
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("hop", store.getCertificate("hop"));
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a certificate that was just made", e);
        }
    }
}
