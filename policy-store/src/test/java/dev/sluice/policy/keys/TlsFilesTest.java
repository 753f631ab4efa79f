package dev.sluice.policy.keys;

import static dev.sluice.policy.keys.PemFixture.AUTHORITY;
import static dev.sluice.policy.keys.PemFixture.EC;
import static dev.sluice.policy.keys.PemFixture.RSA;
import static dev.sluice.policy.keys.PemFixture.RSA_TWO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TlsFilesTest {
    @TempDir
    Path dir;

    static Stream<Arguments> forms() {
        String parameters = PemFixture.pem("EC PARAMETERS", new byte[] {6, 1, 1});
        return Stream.of(
                Arguments.of("PKCS#8, RSA", RSA, RSA.getPrivateKeyPEM()),
                Arguments.of("PKCS#8, EC", EC, EC.getPrivateKeyPEM()),
                Arguments.of("PKCS#1", RSA, PemFixture.pkcs1(RSA)),
                Arguments.of("SEC 1", EC, PemFixture.sec1(EC)),
                Arguments.of("SEC 1 as OpenSSL writes it", EC, parameters + PemFixture.sec1(EC)),
                Arguments.of("with words around", RSA, "Key Attributes: none\n" + RSA.getPrivateKeyPEM() + "end\n"),
                Arguments.of("Windows' line ends", RSA, RSA.getPrivateKeyPEM().replace("\n", "\r\n")),
                Arguments.of("both in one file", EC, EC.getCertificatePEM() + EC.getPrivateKeyPEM()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void keyInAnyUsualForm_isRead(String what, X509Bundle bundle, String key) throws IOException {
        TlsFiles files = PemFixture.write(dir, bundle.getCertificatePathPEM(), key);

        ReadResult<TlsIdentity> result = files.read(System.currentTimeMillis());

        assertThat(result).isInstanceOf(ReadResult.Usable.class);
        ReadResult<TlsIdentity> loaded = (ReadResult<TlsIdentity>) result;
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.value().orElseThrow().chain()).first().isEqualTo(bundle.getCertificate());
        assertThat(loaded.value().orElseThrow().key()).isEqualTo(PemFixture.keyOf(bundle));
        assertThat(loaded.value().orElseThrow().toString())
                .isEqualTo("TlsIdentity[\""
                        + bundle.getCertificate().getSubjectX500Principal().getName() + "\"]");
    }

    static Stream<Arguments> mistakes() {
        String certificate = RSA.getCertificatePEM();
        String key = RSA.getPrivateKeyPEM();
        return Stream.of(
                Arguments.of(
                        "the key of another certificate",
                        certificate,
                        RSA_TWO.getPrivateKeyPEM(),
                        "key-file: \"DIR/tls.key\": this is not the key of the certificate \"CN=rsa\" in"
                                + " \"DIR/tls.crt\"; name the two that were made together"),
                Arguments.of(
                        "a key of another kind",
                        certificate,
                        EC.getPrivateKeyPEM(),
                        "key-file: \"DIR/tls.key\": the key can't be read as one of the certificate's kind, RSA;"
                                + " name a PEM file with the certificate's private key; if it is, convert it with:"
                                + " openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out NEW.pem"),
                Arguments.of(
                        "a key of another kind in the old form",
                        certificate,
                        PemFixture.sec1(EC),
                        "key-file: \"DIR/tls.key\": the key can't be read as one of the certificate's kind, RSA;"
                                + " name a PEM file with the certificate's private key; if it is, convert it with:"
                                + " openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out NEW.pem"),
                Arguments.of(
                        "a key with a passphrase",
                        certificate,
                        PemFixture.pem("ENCRYPTED PRIVATE KEY", new byte[] {48, 0}),
                        "key-file: \"DIR/tls.key\": the key needs a passphrase;"
                                + " take it off with: openssl pkey -in KEY.pem -out PLAIN.pem"),
                Arguments.of(
                        "a key with a passphrase in the old form",
                        certificate,
                        PemFixture.pkcs1(RSA)
                                .replace("KEY-----\nM", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nM"),
                        "key-file: \"DIR/tls.key\": the key needs a passphrase;"
                                + " take it off with: openssl pkey -in KEY.pem -out PLAIN.pem"),
                Arguments.of(
                        "no key",
                        certificate,
                        certificate,
                        "key-file: \"DIR/tls.key\": there is no private key in it;"
                                + " name a PEM file with the certificate's private key"),
                Arguments.of(
                        "half a key",
                        certificate,
                        key.substring(0, key.length() / 2),
                        "key-file: \"DIR/tls.key\": there is no private key in it;"
                                + " name a PEM file with the certificate's private key"),
                Arguments.of(
                        "no certificate",
                        "hello",
                        key,
                        "certificate-file: \"DIR/tls.crt\": there is no certificate in it;"
                                + " name a PEM file that begins with the server's certificate"),
                Arguments.of(
                        "a certificate that is none",
                        PemFixture.pem("CERTIFICATE", new byte[] {48, 3, 2, 1, 1}),
                        key,
                        "certificate-file: \"DIR/tls.crt\": a certificate in it can't be read;"
                                + " name a PEM file that begins with the server's certificate"),
                Arguments.of(
                        "the authority first",
                        AUTHORITY.getCertificatePEM() + EC.getCertificatePEM(),
                        EC.getPrivateKeyPEM(),
                        "certificate-file: \"DIR/tls.crt\": the server's certificate is number 2 in it; put it first"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void mistake_isReportedWithFileAndHint(String what, String certificates, String key, String fault)
            throws IOException {
        TlsFiles files = PemFixture.write(dir, certificates, key);

        ReadResult<TlsIdentity> result = files.read(System.currentTimeMillis());

        assertThat(result).isInstanceOf(ReadResult.Unusable.class);
        assertThat(texts(result.problems())).containsExactly("listen.tls." + fault);
    }

    @Test
    void missingFiles_areBothReported() {
        TlsFiles files = new TlsFiles(dir.resolve("a"), dir.resolve("b"));

        ReadResult<TlsIdentity> refused = files.read(0);

        assertThat(texts(refused.problems()))
                .containsExactly(
                        "listen.tls.certificate-file: \"DIR/a\": the file doesn't exist;"
                                + " create it, or name another one",
                        "listen.tls.key-file: \"DIR/b\": the file doesn't exist; create it, or name another one");
    }

    @Test
    void expiredCertificate_isAWarning() throws IOException {
        TlsFiles files = PemFixture.write(dir, EC);
        long tooLate = System.currentTimeMillis() + Duration.ofDays(3).toMillis();
        long tooEarly = System.currentTimeMillis() - Duration.ofDays(3).toMillis();

        ReadResult<TlsIdentity> late = files.read(tooLate);
        ReadResult<TlsIdentity> early = files.read(tooEarly);

        assertThat(texts(late.problems()))
                .containsExactly(
                        "warning: listen.tls.certificate-file: \"DIR/tls.crt\": the certificate \"CN=ec\" expired at "
                                + EC.getCertificate().getNotAfter().toInstant() + "; clients will refuse it");
        assertThat(texts(early.problems()))
                .containsExactly(
                        "warning: listen.tls.certificate-file: \"DIR/tls.crt\": the certificate \"CN=ec\" is not valid"
                                + " before "
                                + EC.getCertificate().getNotBefore().toInstant() + "; clients will refuse it");
    }

    @Test
    void chainThatDoesNotLink_isAWarning() throws IOException {
        TlsFiles files = PemFixture.write(dir, EC.getCertificatePEM() + RSA.getCertificatePEM(), EC.getPrivateKeyPEM());

        ReadResult<TlsIdentity> loaded = files.read(System.currentTimeMillis());

        assertThat(texts(loaded.problems()))
                .containsExactly(
                        "warning: listen.tls.certificate-file: \"DIR/tls.crt\": the certificate \"CN=rsa\" is not the"
                                + " issuer of the one before; put the server's first, then its issuer's, and so on");
    }

    @Test
    void anyCutOfAKeyFile_isRefusedOrReadWhole() throws IOException {
        String key = RSA.getPrivateKeyPEM();
        for (int length = 0; length < key.length(); length += 7) {
            TlsFiles files = PemFixture.write(dir, RSA.getCertificatePEM(), key.substring(0, length));

            assertThat(files.read(0)).isInstanceOf(ReadResult.Unusable.class);
        }
    }

    @Test
    void fileBeyondTheBound_isRefused() throws IOException {
        TlsFiles files = PemFixture.write(dir, EC);
        Files.write(files.keyFile(), new byte[TlsFiles.FILE_BYTES_MAX + 1]);

        assertThat(texts(files.read(0).problems()))
                .containsExactly("listen.tls.key-file: \"DIR/tls.key\": the file is larger than 1048576 bytes;"
                        + " make it shorter");
    }

    private List<String> texts(List<ConfigProblem> faults) {
        return faults.stream()
                .map(fault -> fault.toString().replace(dir.toString(), "DIR"))
                .toList();
    }
}
