package dev.sluice.policy.hocon;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content as it was when it was looked at, by its hash. It may be read later, again from the disk; then {@link
 * #isAsSeen} knows whether what was read is what was seen. So a large file needs no memory until it is parsed, and half a
 * file is never taken for the whole.
 *
 * <p>Belongs to one thread.
 */
public final class SeenContent implements FileContent {
    private static final int BUFFER_BYTES = 64 << 10;

    private final FileContent content;
    private final String fingerprint;
    private final int lastByte;
    private String fingerprintRead = "";

    private SeenContent(FileContent content, String fingerprint, int lastByte) {
        this.content = content;
        this.fingerprint = fingerprint;
        this.lastByte = lastByte;
    }

    /** Looks at a content. One that can't be read has its problem as the fingerprint. */
    static SeenContent of(FileContent content) {
        HashingInput hashed = new HashingInput(InputStream.nullInputStream());
        try (InputStream in = content.stream()) {
            hashed = new HashingInput(in);
            hashed.drain();
            return new SeenContent(content, hashed.fingerprint(), hashed.lastByte);
        } catch (IOException e) {
            return new SeenContent(content, Unreadable.because(e).message(), hashed.lastByte);
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /**
     * Whether it ends in the middle of a line, behind something that more could follow: a value may be cut off. Editors and
     * programs end a file with a new line, and a limits file ends with a brace.
     */
    public boolean endsWithinLine() {
        return lastByte >= 0 && lastByte != '\n' && lastByte != '}';
    }

    /** Whether the last stream, which must be closed, had the bytes that were seen. */
    public boolean isAsSeen() {
        return fingerprintRead.equals(fingerprint);
    }

    @Override
    public InputStream stream() throws IOException {
        fingerprintRead = "";
        return new HashingInput(open()) {
            @Override
            public void close() throws IOException {
                try {
                    drain();
                    fingerprintRead = fingerprint();
                } catch (IOException e) {
                    fingerprintRead = Unreadable.because(e).message();
                } finally {
                    super.close();
                }
            }
        };
    }

    /** One that can't be opened was read as well: it may have been seen to be so. */
    private InputStream open() throws IOException {
        try {
            return content.stream();
        } catch (IOException e) {
            fingerprintRead = Unreadable.because(e).message();
            throw e;
        }
    }

    private static class HashingInput extends FilterInputStream {
        private final MessageDigest digest;
        private int lastByte = -1;

        HashingInput(InputStream in) {
            super(in);
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int read = super.read(to, offset, length);
            if (read > 0) {
                digest.update(to, offset, read);
                lastByte = to[offset + read - 1] & 0xff;
            }
            return read;
        }

        void drain() throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (read(buffer, 0, buffer.length) >= 0) {
                // only the hash counts
            }
        }

        String fingerprint() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
