package dev.sluice.policy.keys;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ReadResult;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The PEM files that hold the identity of a TLS server. Both may be the same file.
 *
 * @param certificateFile the server's certificate first, then the intermediate ones
 * @param keyFile its private key, without a passphrase: PKCS#8, or the older forms of RSA and EC
 */
public record TlsFiles(Path certificateFile, Path keyFile) {
    /** The setting that names the file of the certificates. */
    public static final String CERTIFICATE_FILE = "certificate-file";
    /** The setting that names the file of the private key. */
    public static final String KEY_FILE = "key-file";

    private static final String SECTION = "listen.tls.";
    static final int FILE_BYTES_MAX = 1 << 20;
    private static final int CHAIN_MAX = 16;
    private static final String CERTIFICATE_HINT = "name a PEM file that begins with the server's certificate";
    private static final String KEY_HINT = "name a PEM file with the certificate's private key";

    /** Both files as read one after the other. A renewal may fall in between. */
    record Contents(FileContent certificate, FileContent key) {}

    Contents contents() {
        return new Contents(
                FileContent.read(certificateFile, FILE_BYTES_MAX), FileContent.read(keyFile, FILE_BYTES_MAX));
    }

    /** Reads both files and checks that they belong together. Blocks on the disk. */
    public ReadResult<TlsIdentity> read(long nowWallMillis) {
        return parse(contents(), nowWallMillis);
    }

    ReadResult<TlsIdentity> parse(Contents contents, long nowWallMillis) {
        List<ConfigProblem> errors = new ArrayList<>();
        List<X509Certificate> chain = chain(contents.certificate(), errors);
        Optional<PemParser.Block> block = keyBlock(contents.key(), errors);
        if (chain.isEmpty() || block.isEmpty() || !errors.isEmpty()) {
            return new ReadResult.Unusable<>(errors);
        }
        Optional<PrivateKey> key = key(block.get(), chain, errors);
        return key.isEmpty()
                ? new ReadResult.Unusable<>(errors)
                : new ReadResult.Usable<>(new TlsIdentity(chain, key.get()), warnings(chain, nowWallMillis));
    }

    private List<X509Certificate> chain(FileContent content, List<ConfigProblem> errors) {
        if (content instanceof FileContent.Unreadable unreadable) {
            errors.add(certificateError(unreadable.message(), unreadable.hint()));
            return List.of();
        }
        List<PemParser.Block> blocks = PemParser.blocks(((FileContent.Bytes) content).text());
        try {
            List<X509Certificate> chain = CertificateParser.of(blocks);
            if (chain.isEmpty()) {
                errors.add(certificateError("there is no certificate in it", CERTIFICATE_HINT));
            } else if (chain.size() > CHAIN_MAX) {
                errors.add(certificateError(
                        "it holds " + chain.size() + " certificates",
                        "leave the authorities away: at most " + CHAIN_MAX));
            } else if (!PrivateKeyParser.isUsable(chain.get(0).getPublicKey())) {
                errors.add(certificateError(
                        "its key is of the kind " + chain.get(0).getPublicKey().getAlgorithm(), "use RSA or EC"));
            }
            return chain;
        } catch (CertificateException e) {
            errors.add(certificateError("a certificate in it can't be read", CERTIFICATE_HINT));
            return List.of();
        }
    }

    private Optional<PemParser.Block> keyBlock(FileContent content, List<ConfigProblem> errors) {
        if (content instanceof FileContent.Unreadable unreadable) {
            errors.add(keyError(unreadable.message(), unreadable.hint()));
            return Optional.empty();
        }
        Optional<PemParser.Block> block = PemParser.blocks(((FileContent.Bytes) content).text()).stream()
                .filter(PemParser.Block::isPrivateKey)
                .findFirst();
        if (block.isEmpty()) {
            errors.add(keyError("there is no private key in it", KEY_HINT));
        } else if (block.get().isEncrypted()) {
            errors.add(keyError(
                    "the key needs a passphrase", "take it off with: openssl pkey -in KEY.pem -out PLAIN.pem"));
        }
        return block;
    }

    private Optional<PrivateKey> key(PemParser.Block block, List<X509Certificate> chain, List<ConfigProblem> errors) {
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key;
        try {
            key = PrivateKeyParser.read(block, publicKey);
        } catch (GeneralSecurityException | IndexOutOfBoundsException e) {
            errors.add(keyError(
                    "the key can't be read as one of the certificate's kind, " + publicKey.getAlgorithm(),
                    KEY_HINT + "; if it is, convert it with: openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out NEW.pem"));
            return Optional.empty();
        }
        for (int i = 0; i < chain.size(); i++) {
            if (PrivateKeyParser.belong(key, chain.get(i).getPublicKey())) {
                if (i == 0) {
                    return Optional.of(key);
                }
                errors.add(
                        certificateError("the server's certificate is number " + (i + 1) + " in it", "put it first"));
                return Optional.empty();
            }
        }
        errors.add(keyError(
                "this is not the key of the certificate " + CertificateParser.nameOf(chain.get(0)) + " in "
                        + ProblemTexts.quote(certificateFile.toString()),
                "name the two that were made together"));
        return Optional.empty();
    }

    private List<ConfigProblem> warnings(List<X509Certificate> chain, long nowWallMillis) {
        List<ConfigProblem> warnings = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            String why = CertificateParser.whyInvalid(certificate, nowWallMillis);
            if (!why.isEmpty()) {
                warnings.add(certificateWarning(
                        "the certificate " + CertificateParser.nameOf(certificate) + " " + why,
                        "clients will refuse it"));
            }
            if (i > 0 && !chain.get(i - 1).getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
                warnings.add(certificateWarning(
                        "the certificate " + CertificateParser.nameOf(certificate)
                                + " is not the issuer of the one before",
                        "put the server's first, then its issuer's, and so on"));
            }
        }
        return warnings;
    }

    private ConfigProblem certificateWarning(String message, String hint) {
        return problem(Severity.WARNING, CERTIFICATE_FILE, certificateFile, message, hint);
    }

    private ConfigProblem certificateError(String message, String hint) {
        return problem(Severity.ERROR, CERTIFICATE_FILE, certificateFile, message, hint);
    }

    private ConfigProblem keyError(String message, String hint) {
        return problem(Severity.ERROR, KEY_FILE, keyFile, message, hint);
    }

    private static ConfigProblem problem(Severity severity, String key, Path file, String message, String hint) {
        return ConfigProblem.ofSetting(
                severity, SECTION + key, ProblemTexts.quote(file.toString()) + ": " + message, hint);
    }
}
