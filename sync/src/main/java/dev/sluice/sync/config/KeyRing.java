package dev.sluice.sync.config;

import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import org.zeromq.ZMQ;

/**
 * The CURVE keys of a node: its own pair, and the public keys of trusted nodes. All keys are 40 characters of Z85.
 * Immutable. The secret key is never shown.
 *
 * <p>The holder of the secret of a listed key is trusted at any address. A ring may list several keys of one node,
 * so that a key can be replaced without a restart.
 */
public final class KeyRing {
    /** The length of a key in Z85. */
    static final int KEY_CHARS = 40;

    private final String publicKey;
    private final byte[] publicKeyBytes;
    private final byte[] secretKeyBytes;
    private final List<String> allowed;

    /**
     * Makes a ring of keys that belong together.
     *
     * @param publicKey of this node
     * @param secretKey that belongs to it
     * @param allowed public keys of the trusted nodes; this node's own key must be among them if it is to connect
     *     to itself
     * @throws IllegalArgumentException if one of them is no key; the message contains no key
     */
    public KeyRing(String publicKey, String secretKey, Collection<String> allowed) {
        this.publicKey = publicKey;
        this.publicKeyBytes = bytes(publicKey);
        this.secretKeyBytes = bytes(secretKey);
        this.allowed = allowed.stream().distinct().toList();
        this.allowed.forEach(KeyRing::bytes);
    }

    static byte[] bytes(String key) {
        if (key.length() != KEY_CHARS || key.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException("a key has " + KEY_CHARS + " characters of Z85");
        }
        return ZMQ.Curve.z85Decode(key);
    }

    public String publicKey() {
        return publicKey;
    }

    /** The keys of the trusted nodes, in the order in which they are tried. */
    public List<String> allowed() {
        return allowed;
    }

    public boolean allows(String key) {
        return allowed.contains(key);
    }

    public boolean hasSecretOf(KeyRing other) {
        return MessageDigest.isEqual(secretKeyBytes, other.secretKeyBytes);
    }

    /** Makes clients of the socket prove that they have a key. Which keys are allowed is decided by the ZAP handler. */
    public void guard(ZMQ.Socket socket) {
        socket.setCurveServer(true);
        socket.setCurvePublicKey(publicKeyBytes);
        socket.setCurveSecretKey(secretKeyBytes);
    }

    /** Makes the socket trust only the server with that key. */
    public void trust(ZMQ.Socket socket, String key) {
        socket.setCurvePublicKey(publicKeyBytes);
        socket.setCurveSecretKey(secretKeyBytes);
        socket.setCurveServerKey(bytes(key));
    }

    @Override
    public String toString() {
        return "KeyRing[" + publicKey + ", " + allowed.size() + " allowed]";
    }
}
