package dev.sluice.policy.keys;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;

/** CertificateParser and keys that are made for one test. */
public final class PemFixture {
    /** PrivateKeyInfo's own bytes before the key, for the RSA keys that are made here. */
    private static final int PKCS8_RSA_HEAD = 26;
    /** The bytes of an EC key on P-256 as Java writes it: without curve and public key. */
    private static final int SEC1_P256_BYTES = 39;

    public static final X509Bundle AUTHORITY = make(builder("authority").setIsCertificateAuthority(true), null);
    public static final X509Bundle RSA = make(builder("rsa").rsa2048(), AUTHORITY);
    static final X509Bundle RSA_TWO = make(builder("rsa-two").rsa2048(), AUTHORITY);
    public static final X509Bundle EC = make(builder("ec").ecp256(), AUTHORITY);

    private PemFixture() {}

    static CertificateBuilder builder(String name) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .subject("CN=" + name)
                .addSanDnsName(name + ".example.com")
                .ecp256()
                .notBefore(now.minus(2, ChronoUnit.DAYS))
                .notAfter(now.plus(2, ChronoUnit.DAYS));
    }

    static X509Bundle make(CertificateBuilder builder, X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static TlsFiles write(Path dir, X509Bundle bundle) throws IOException {
        return write(dir, bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
    }

    public static TlsFiles write(Path dir, String certificates, String key) throws IOException {
        return new TlsFiles(
                Files.writeString(dir.resolve("tls.crt"), certificates),
                Files.writeString(dir.resolve("tls.key"), key));
    }

    static String pkcs1(X509Bundle rsa) {
        byte[] pkcs8 = keyOf(rsa).getEncoded();
        return pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, PKCS8_RSA_HEAD, pkcs8.length));
    }

    static String sec1(X509Bundle ec) {
        byte[] pkcs8 = keyOf(ec).getEncoded();
        return pem("EC PRIVATE KEY", Arrays.copyOfRange(pkcs8, pkcs8.length - SEC1_P256_BYTES, pkcs8.length));
    }

    public static PrivateKey keyOf(X509Bundle bundle) {
        return bundle.getKeyPair().getPrivate();
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
