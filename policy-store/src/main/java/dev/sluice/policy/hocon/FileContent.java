package dev.sluice.policy.hocon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The bytes of a file, or why they can't be read. */
public sealed interface FileContent {
    /** The largest configuration file: 160 bytes for each of the most entries. */
    int FILE_BYTES_MAX = 16 << 20;

    /** The bytes of a file, read-only. */
    record Bytes(ByteBuffer buffer) implements FileContent {
        public Bytes {
            buffer = buffer.asReadOnlyBuffer();
        }

        /** Shares the bytes; position and limit are the caller's own. */
        @Override
        public ByteBuffer buffer() {
            return buffer.duplicate();
        }

        /** The text of a short file. Bytes that aren't UTF-8 become replacement characters. */
        public String text() {
            return StandardCharsets.UTF_8.decode(buffer()).toString();
        }

        @Override
        public String fingerprint() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(buffer());
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /** Why the file can't be read, and what to do. */
    record Unreadable(String message, String hint) implements FileContent {
        @Override
        public String fingerprint() {
            return message;
        }
    }

    /** The same for the same content: a hash of the bytes, or why there are none. */
    String fingerprint();

    /** Content that is in memory. */
    static FileContent of(byte[] bytes, int bytesMax) {
        return bytes.length <= bytesMax
                ? new Bytes(ByteBuffer.wrap(bytes))
                : new Unreadable("the file is larger than " + bytesMax + " bytes", "make it shorter");
    }

    /** Reads a regular file of at most {@code bytesMax} bytes. Refuses a pipe, on which it would block. */
    static FileContent read(Path file, int bytesMax) {
        try {
            if (Files.isDirectory(file)) {
                return new Unreadable("this is a directory", "name a file");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                return new Unreadable("this is no regular file", "name a file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return of(in.readNBytes(bytesMax + 1), bytesMax);
            }
        } catch (NoSuchFileException e) {
            return new Unreadable("the file doesn't exist", "create it, or name another one");
        } catch (AccessDeniedException e) {
            return new Unreadable("the file may not be read", "give the user of this process the right to");
        } catch (IOException e) {
            return new Unreadable("the file can't be read: " + e.getClass().getSimpleName(), "check the disk");
        }
    }
}
