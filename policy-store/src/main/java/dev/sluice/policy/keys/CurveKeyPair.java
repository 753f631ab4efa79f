package dev.sluice.policy.keys;

import dev.sluice.common.Z85;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/**
 * A pair of CURVE keys, in Z85. The public one follows from the secret one, so a file holds the latter alone.
 *
 * @param publicKey 40 characters
 * @param secretKey 40 characters; left out of {@link #toString}
 */
public record CurveKeyPair(String publicKey, String secretKey) {
    private static final String X25519 = "X25519";
    private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

    public CurveKeyPair {
        if (Z85.decode(publicKey).isEmpty() || Z85.decode(secretKey).isEmpty()) {
            throw new IllegalArgumentException("a key has " + Z85.KEY_CHARS + " characters of Z85");
        }
    }

    /** Makes a new pair. */
    public static CurveKeyPair generate(SecureRandom random) {
        byte[] secret = new byte[Z85.KEY_BYTES];
        random.nextBytes(secret);
        return ofSecret(Z85.encode(secret)).orElseThrow();
    }

    /** The pair that a secret belongs to; empty if the text is no key. */
    static Optional<CurveKeyPair> ofSecret(String secretKey) {
        return Z85.decode(secretKey).map(secret -> new CurveKeyPair(Z85.encode(publicOf(secret)), secretKey));
    }

    /** The secret times the base point: the result of a key agreement whose other public key is the base point. */
    private static byte[] publicOf(byte[] secret) {
        try {
            KeyFactory keys = KeyFactory.getInstance(X25519);
            PrivateKey own = keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret));
            PublicKey base = keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE_POINT));
            KeyAgreement agreement = KeyAgreement.getInstance(X25519);
            agreement.init(own);
            agreement.doPhase(base, true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has X25519", e);
        }
    }

    @Override
    public String toString() {
        return "CurveKeyPair[" + publicKey + ", <hidden>]";
    }
}
