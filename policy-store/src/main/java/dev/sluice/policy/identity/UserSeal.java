package dev.sluice.policy.identity;

import dev.sluice.common.KeyedHash;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Hides the user of a session from all who don't have the session's access key: reports between sidecars have no names that
 * can be read. The name is combined by exclusive or with a stream of HMAC-SHA-256, whose key comes from the cluster's name and
 * the access key. The id of the user is a part of each block, so that no two names have one stream, and shows whether what
 * was opened is right. Thread-safe.
 */
final class UserSeal {
    /** The longest name that is sealed, in bytes of UTF-8; a longer one stays on this sidecar. */
    static final int NAME_BYTES_MAX = 255;

    private static final int HASH_BYTES = 32;

    private final KeyedHash hash;
    private final SubjectIds ids;

    /** What seals and opens the user of one session. The access key can't be had from it. */
    static final class SealKey {
        private final byte[] bytes;

        private SealKey(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    UserSeal(String cluster) {
        byte[] key = new KeyedHash("sluice sessions 1".getBytes(StandardCharsets.UTF_8))
                .of(cluster.getBytes(StandardCharsets.UTF_8));
        this.hash = new KeyedHash(key);
        this.ids = new SubjectIds(cluster);
    }

    /** Of the session with that access key. */
    SealKey keyOf(String accessKey) {
        return new SealKey(hash.of(accessKey.getBytes(StandardCharsets.UTF_8)));
    }

    SubjectId idOf(String user) {
        return ids.of(Scope.USER, user);
    }

    /** The sealed name, one character for each byte; empty: the name is too long. */
    String seal(SealKey key, String user) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        return name.length > NAME_BYTES_MAX
                ? ""
                : new String(combined(key, idOf(user), name), StandardCharsets.ISO_8859_1);
    }

    /** The name; empty: this is not the key, or not the user's id. */
    Optional<String> open(SealKey key, SubjectId id, String sealed) {
        byte[] name = combined(key, id, sealed.getBytes(StandardCharsets.ISO_8859_1));
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
            String user = text.toString();
            return !user.isEmpty() && idOf(user).equals(id) ? Optional.of(user) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static byte[] combined(SealKey key, SubjectId id, byte[] text) {
        KeyedHash stream = new KeyedHash(key.bytes);
        byte[] result = new byte[text.length];
        byte[] block = {};
        for (int i = 0; i < text.length; i++) {
            if (i % HASH_BYTES == 0) {
                block = stream.of(ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
                        .putLong(id.high())
                        .putLong(id.low())
                        .putInt(i)
                        .array());
            }
            result[i] = (byte) (text[i] ^ block[i % HASH_BYTES]);
        }
        return result;
    }
}
