package dev.sluice.policy.hocon;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** What a file holds, in memory or still on the disk, or why it can't be read. */
public sealed interface FileContent permits FileContent.Bytes, FileContent.OnDisk, FileContent.Unreadable, SeenContent {
    /** The largest configuration file: 160 bytes for each of the most entries. */
    int FILE_BYTES_MAX = 16 << 20;

    /** Begins a text, of which it is no part. */
    String BYTE_ORDER_MARK = "\uFEFF";

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

        /**
         * The text of a short file, without the mark that some editors put before it. Bytes that aren't UTF-8 become
         * replacement characters.
         */
        public String text() {
            String text = StandardCharsets.UTF_8.decode(buffer()).toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        }

        @Override
        public InputStream stream() {
            byte[] bytes = new byte[buffer.remaining()];
            buffer().get(bytes);
            return new ByteArrayInputStream(bytes);
        }
    }

    /**
     * A file that is read as a stream, because it may be large. What it holds may be another thing each time.
     *
     * @param bytesMax reading more is an error
     */
    record OnDisk(Path file, int bytesMax) implements FileContent {
        @Override
        public InputStream stream() throws IOException {
            return new BoundedInput(Files.newInputStream(file), bytesMax);
        }
    }

    /** Why the file can't be read, and what to do. */
    record Unreadable(String message, String hint) implements FileContent {
        /** There is no such file. */
        public static final Unreadable MISSING =
                new Unreadable("the file doesn't exist", "create it, or name another one");

        /** Why a stream failed. */
        public static Unreadable because(IOException e) {
            if (e instanceof TooLargeException) {
                return new Unreadable(Objects.toString(e.getMessage()), "make it shorter");
            }
            if (e instanceof NoSuchFileException) {
                return MISSING;
            }
            if (e instanceof AccessDeniedException) {
                return new Unreadable("the file may not be read", "give the user of this process the right to");
            }
            return new Unreadable("the file can't be read: " + e.getClass().getSimpleName(), "check the disk");
        }

        @Override
        public InputStream stream() throws IOException {
            throw new IOException(message);
        }
    }

    /** The bytes, from the first one. The caller closes the stream. */
    InputStream stream() throws IOException;

    /** The same for the same content: a hash of the bytes, or why there are none. Reads what is on the disk. */
    default String fingerprint() {
        return this instanceof Unreadable unreadable
                ? unreadable.message()
                : SeenContent.of(this).fingerprint();
    }

    /** Content that is in memory. */
    static FileContent of(byte[] bytes, int bytesMax) {
        return bytes.length <= bytesMax
                ? new Bytes(ByteBuffer.wrap(bytes))
                : Unreadable.because(new TooLargeException(bytesMax));
    }

    /** Reads a regular file of at most {@code bytesMax} bytes. Refuses a pipe, on which it would block. */
    static FileContent read(Path file, int bytesMax) {
        FileContent found = open(file, bytesMax);
        if (!(found instanceof OnDisk)) {
            return found;
        }
        try (InputStream in = found.stream()) {
            return of(in.readAllBytes(), bytesMax);
        } catch (IOException e) {
            return Unreadable.because(e);
        }
    }

    /** A regular file of at most {@code bytesMax} bytes, not read yet. Refuses a pipe, on which it would block. */
    static FileContent open(Path file, int bytesMax) {
        if (Files.isDirectory(file)) {
            return new Unreadable("this is a directory", "name a file");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new Unreadable("this is no regular file", "name a file");
        }
        try {
            return Files.size(file) > bytesMax
                    ? Unreadable.because(new TooLargeException(bytesMax))
                    : new OnDisk(file, bytesMax);
        } catch (IOException e) {
            return Unreadable.because(e);
        }
    }

    /** Looks at a regular file of at most {@code bytesMax} bytes, all of which are read once for their hash. */
    static FileContent look(Path file, int bytesMax) {
        FileContent found = open(file, bytesMax);
        return found instanceof OnDisk ? SeenContent.of(found) : found;
    }

    /** A file has more bytes than it may. */
    final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;

        private TooLargeException(int bytesMax) {
            super("the file is larger than " + bytesMax + " bytes");
        }
    }

    /** A stream that fails where a file is too large. */
    final class BoundedInput extends FilterInputStream {
        private final int bytesMax;
        private int left;

        private BoundedInput(InputStream in, int bytesMax) {
            super(in);
            this.bytesMax = bytesMax;
            this.left = bytesMax;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int read = super.read(to, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int bytes) throws TooLargeException {
            left -= bytes;
            if (left < 0) {
                throw new TooLargeException(bytesMax);
            }
        }
    }
}
