package dev.sluice.proxy.admin.limits;

import dev.sluice.proxy.admin.json.JsonCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Who changed which limit, and what it was before: a line of JSON for each change, forced to the disk before the change is
 * made. A change that can't be recorded is refused. The file is renamed when it is full, and the one before is replaced.
 */
public final class AuditLog {
    private static final long FILE_BYTES_MAX = 10 << 20;
    private static final String FULL_SUFFIX = ".1";

    private final Path file;

    /** A log in this file, which need not exist. */
    public AuditLog(Path file) {
        this.file = file;
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /**
     * Appends a line. One caller at a time.
     *
     * @throws IOException if it can't be recorded; what it states must not be done then
     */
    public void append(AuditLine line) throws IOException {
        if (Files.exists(file) && Files.size(file) > FILE_BYTES_MAX) {
            Path full = file.resolveSibling(file.getFileName() + FULL_SUFFIX);
            Files.move(file, full, StandardCopyOption.REPLACE_EXISTING);
        }
        String text = new String(JsonCodec.write(line), StandardCharsets.UTF_8) + "\n";
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        try (FileChannel channel = FileChannel.open(file, options)) {
            ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }
}
