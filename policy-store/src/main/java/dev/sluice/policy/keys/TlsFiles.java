package dev.sluice.policy.keys;

import dev.sluice.common.ProblemTexts;
import dev.sluice.policy.hocon.FileContent;
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
 * Where the identity of a TLS server is, in PEM files. Both may be the same file.
 *
 * @param certificateFile the server's certificate, then those that lead to an authority's
 * @param keyFile its private key, without a passphrase: PKCS#8, or the older forms of RSA and EC
 */
public record TlsFiles(Path certificateFile, Path keyFile) {
    public static final String CERTIFICATE_FILE = "certificate-file";
    public static final String KEY_FILE = "key-file";
    static final int FILE_BYTES_MAX = 1 << 20;
    private static final int CHAIN_MAX = 16;
    private static final String CERTIFICATE_HINT = "name a PEM file that begins with the server's certificate";
    private static final String KEY_HINT = "name a PEM file with the certificate's private key";

    /**
     * Something about one of the files.
     *
     * @param key the setting that names it, such as {@code key-file}
     * @param message what is wrong, with the file's name
     * @param hint what would be right
     */
    public record Fault(String key, String message, String hint) {
        @Override
        public String toString() {
            return "listen.tls." + key + ": " + message + "; " + hint;
        }
    }

    /** What the files hold. */
    public sealed interface Result {}

    /**
     * They can be used.
     *
     * @param warnings what clients will not like
     */
    public record Loaded(TlsIdentity identity, List<Fault> warnings) implements Result {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * They can't be used, or not together.
     *
     * @param faults at least one
     */
    public record Refused(List<Fault> faults) implements Result {
        public Refused {
            faults = List.copyOf(faults);
        }
    }

    /** Both files as they were read one after the other: they may be of two generations. */
    record Contents(FileContent certificate, FileContent key) {}

    Contents contents() {
        return new Contents(
                FileContent.read(certificateFile, FILE_BYTES_MAX), FileContent.read(keyFile, FILE_BYTES_MAX));
    }

    /** Reads both files, and whether they belong together. Blocks on the disk. */
    public Result read(long nowWallMillis) {
        return parse(contents(), nowWallMillis);
    }

    Result parse(Contents contents, long nowWallMillis) {
        List<Fault> faults = new ArrayList<>();
        List<X509Certificate> chain = chain(contents.certificate(), faults);
        Optional<PemParser.Block> block = keyBlock(contents.key(), faults);
        if (chain.isEmpty() || block.isEmpty() || !faults.isEmpty()) {
            return new Refused(faults);
        }
        Optional<PrivateKey> key = key(block.get(), chain, faults);
        return key.isEmpty()
                ? new Refused(faults)
                : new Loaded(new TlsIdentity(chain, key.get()), warnings(chain, nowWallMillis));
    }

    private List<X509Certificate> chain(FileContent content, List<Fault> faults) {
        if (content instanceof FileContent.Unreadable unreadable) {
            faults.add(certificateFault(unreadable.message(), unreadable.hint()));
            return List.of();
        }
        List<PemParser.Block> blocks = PemParser.blocks(((FileContent.Bytes) content).text());
        try {
            List<X509Certificate> chain = CertificateParser.of(blocks);
            if (chain.isEmpty()) {
                faults.add(certificateFault("there is no certificate in it", CERTIFICATE_HINT));
            } else if (chain.size() > CHAIN_MAX) {
                faults.add(certificateFault(
                        "it holds " + chain.size() + " certificates",
                        "leave the authorities away: at most " + CHAIN_MAX));
            } else if (!PrivateKeyParser.isUsable(chain.get(0).getPublicKey())) {
                faults.add(certificateFault(
                        "its key is of the kind " + chain.get(0).getPublicKey().getAlgorithm(), "use RSA or EC"));
            }
            return chain;
        } catch (CertificateException e) {
            faults.add(certificateFault("a certificate in it can't be read", CERTIFICATE_HINT));
            return List.of();
        }
    }

    private Optional<PemParser.Block> keyBlock(FileContent content, List<Fault> faults) {
        if (content instanceof FileContent.Unreadable unreadable) {
            faults.add(keyFault(unreadable.message(), unreadable.hint()));
            return Optional.empty();
        }
        Optional<PemParser.Block> block = PemParser.blocks(((FileContent.Bytes) content).text()).stream()
                .filter(PemParser.Block::isPrivateKey)
                .findFirst();
        if (block.isEmpty()) {
            faults.add(keyFault("there is no private key in it", KEY_HINT));
        } else if (block.get().isEncrypted()) {
            faults.add(keyFault(
                    "the key needs a passphrase", "take it off with: openssl pkey -in KEY.pem -out PLAIN.pem"));
        }
        return block;
    }

    private Optional<PrivateKey> key(PemParser.Block block, List<X509Certificate> chain, List<Fault> faults) {
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key;
        try {
            key = PrivateKeyParser.read(block, publicKey);
        } catch (GeneralSecurityException | IndexOutOfBoundsException e) {
            faults.add(keyFault(
                    "the key can't be read as one of the certificate's kind, " + publicKey.getAlgorithm(),
                    KEY_HINT + "; if it is, convert it with: openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out NEW.pem"));
            return Optional.empty();
        }
        for (int i = 0; i < chain.size(); i++) {
            if (PrivateKeyParser.belong(key, chain.get(i).getPublicKey())) {
                if (i == 0) {
                    return Optional.of(key);
                }
                faults.add(
                        certificateFault("the server's certificate is number " + (i + 1) + " in it", "put it first"));
                return Optional.empty();
            }
        }
        faults.add(keyFault(
                "this is not the key of the certificate " + CertificateParser.nameOf(chain.get(0)) + " in "
                        + ProblemTexts.quote(certificateFile.toString()),
                "name the two that were made together"));
        return Optional.empty();
    }

    private List<Fault> warnings(List<X509Certificate> chain, long nowWallMillis) {
        List<Fault> warnings = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            String why = CertificateParser.whyInvalid(certificate, nowWallMillis);
            if (!why.isEmpty()) {
                warnings.add(certificateFault(
                        "the certificate " + CertificateParser.nameOf(certificate) + " " + why,
                        "clients will refuse it"));
            }
            if (i > 0 && !chain.get(i - 1).getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
                warnings.add(certificateFault(
                        "the certificate " + CertificateParser.nameOf(certificate)
                                + " is not the issuer of the one before",
                        "put the server's first, then its issuer's, and so on"));
            }
        }
        return warnings;
    }

    private Fault certificateFault(String message, String hint) {
        return new Fault(CERTIFICATE_FILE, ProblemTexts.quote(certificateFile.toString()) + ": " + message, hint);
    }

    private Fault keyFault(String message, String hint) {
        return new Fault(KEY_FILE, ProblemTexts.quote(keyFile.toString()) + ": " + message, hint);
    }
}
