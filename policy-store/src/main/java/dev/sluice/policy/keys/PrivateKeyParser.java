package dev.sluice.policy.keys;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * Parses the private keys of PEM files. OpenSSL writes three forms: PKCS#8, which Java reads, and the older ones of RSA
 * (PKCS#1) and elliptic curves (SEC 1), which leave out the algorithm. It is taken from the certificate's public key,
 * and the key is wrapped as PKCS#8.
 */
final class PrivateKeyParser {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final byte[] PROBE = {'s', 'l', 'u', 'i', 'c', 'e'};

    private PrivateKeyParser() {}

    /**
     * Parses the key in a block.
     *
     * @param publicKey of the certificate that it should belong to
     * @throws GeneralSecurityException if it holds none of the certificate's kind
     */
    static PrivateKey read(PemParser.Block block, PublicKey publicKey) throws GeneralSecurityException {
        byte[] pkcs8 = block.label().equals(PemParser.Block.PKCS8) ? block.der() : wrap(block.der(), publicKey);
        return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** Whether a signature of the private key is valid for the public key. */
    static boolean belong(PrivateKey key, PublicKey publicKey) {
        try {
            Signature signature = Signature.getInstance(signatureOf(publicKey));
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether TLS can use keys of this algorithm. */
    static boolean isUsable(PublicKey publicKey) {
        return switch (publicKey.getAlgorithm()) {
            case "RSA", "EC" -> true;
            default -> false;
        };
    }

    private static String signatureOf(PublicKey publicKey) {
        return publicKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    }

    /** {@code PrivateKeyInfo ::= SEQUENCE { version 0, algorithm, OCTET STRING privateKey }} (RFC 5208). */
    private static byte[] wrap(byte[] key, PublicKey publicKey) throws GeneralSecurityException {
        return der(SEQUENCE, der(INTEGER, new byte[] {0}), algorithm(publicKey.getEncoded()), der(OCTETS, key));
    }

    /** The first member of {@code SubjectPublicKeyInfo ::= SEQUENCE { algorithm SEQUENCE, ... }}. */
    private static byte[] algorithm(byte[] publicKeyInfo) throws GeneralSecurityException {
        int start = valueStart(publicKeyInfo, 0);
        int valueStart = valueStart(publicKeyInfo, start);
        int end = valueStart + length(publicKeyInfo, start);
        byte[] algorithm = new byte[end - start];
        System.arraycopy(publicKeyInfo, start, algorithm, 0, algorithm.length);
        return algorithm;
    }

    private static int valueStart(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) throws GeneralSecurityException {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = at + 2; i < valueStart(der, at); i++) {
            length = (length << 8) | (der[i] & 0xff);
        }
        if (length < 0 || length > der.length) {
            throw new GeneralSecurityException("a length that isn't one");
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            value.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = value.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            int octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | octets);
            for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        out.writeBytes(value.toByteArray());
        return out.toByteArray();
    }
}
