package dev.sluice.policy.limitsfile;

import dev.sluice.policy.hocon.ConfigFile;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.source.AtomicFile;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyLayer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file that holds the limits that were set by command. It has the form of a limits file, and its entries come before
 * those of the limits file. Without such a file there are none.
 *
 * <p>Thread-safe for reading; one caller at a time may write.
 */
public final class LimitsOverlay {
    private static final String PERMISSIONS = "rw-r--r--";
    private static final List<String> COMMENT = List.of(
            "Limits that were set by command or through the admin port. They come before those of the limits file.",
            "A sidecar writes this file anew at each change, without other comments. To undo all: remove it.");

    private final Path file;

    /** The overlay in a file, which need not exist. */
    public LimitsOverlay(Path file) {
        this.file = file;
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** Reads its limits; none where there is no file. */
    public ReadResult<PolicyLayer> read() {
        return parse(file.toString(), FileContent.open(file, FileContent.FILE_BYTES_MAX));
    }

    /** Reads the limits of a content; none of a file that doesn't exist. */
    static ReadResult<PolicyLayer> parse(String file, FileContent content) {
        return content.equals(FileContent.Unreadable.MISSING)
                ? new ReadResult.Usable<>(PolicyLayer.EMPTY, List.of())
                : LimitsFile.parse(ConfigFile.of(file, content), OriginKind.OVERLAY);
    }

    /** Reads its entries as they are written; none where there is no file. */
    public ReadResult<WrittenEntries> entries() {
        return Files.notExists(file)
                ? new ReadResult.Usable<>(new WrittenEntries(Map.of(), Map.of(), List.of()), List.of())
                : WrittenEntries.read(file);
    }

    /**
     * What one entry means.
     *
     * @param keys of the entry, as in a limits file
     * @return the problems with it, whose places don't mean anything, or a layer of this entry alone
     */
    public static ReadResult<PolicyLayer> check(PolicyEntry entry, Map<String, String> keys) {
        return LimitsFile.parse("", bytes(Map.of(entry, keys)));
    }

    /**
     * Replaces the file; returns its limits.
     *
     * @throws IOException if it can't be written; the old file is still there then
     */
    public ReadResult<PolicyLayer> write(Map<PolicyEntry, Map<String, String>> entries) throws IOException {
        byte[] bytes = bytes(new LinkedHashMap<>(entries));
        FileContent content = FileContent.of(bytes, FileContent.FILE_BYTES_MAX);
        ReadResult<PolicyLayer> read = parse(file.toString(), content);
        if (read.value().isPresent()) {
            AtomicFile.write(file, bytes, PERMISSIONS);
        }
        return read;
    }

    private static byte[] bytes(Map<PolicyEntry, Map<String, String>> entries) {
        return LimitsFileWriter.text(COMMENT, entries).getBytes(StandardCharsets.UTF_8);
    }
}
