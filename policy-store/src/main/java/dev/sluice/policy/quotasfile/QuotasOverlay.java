package dev.sluice.policy.quotasfile;

import dev.sluice.policy.hocon.ConfigFile;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.limitsfile.LimitsFileSource;
import dev.sluice.policy.limitsfile.LimitsFileWriter;
import dev.sluice.policy.source.AtomicFile;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The file that holds the quotas that were set through the API. It has the form of a quotas file, and its entries come before
 * those of the quotas file. Without such a file there are none.
 *
 * <p>Thread-safe for reading; one caller at a time may write.
 */
public final class QuotasOverlay {
    private static final String PERMISSIONS = "rw-r--r--";
    private static final List<String> COMMENT = List.of(
            "Quotas that were set through the API. They come before those of the quotas file.",
            "The quota service writes this file anew at each change, without other comments. To undo all: remove it.");

    private final Path file;

    /** The overlay in a file, which need not exist. */
    public QuotasOverlay(Path file) {
        this.file = file;
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** Reads its quotas; none where there is no file. */
    public ReadResult<PolicyLayer> read() {
        FileContent content = FileContent.open(file, FileContent.FILE_BYTES_MAX);
        return content.equals(FileContent.Unreadable.MISSING)
                ? new ReadResult.Usable<>(PolicyLayer.EMPTY, List.of())
                : QuotasFile.parse(ConfigFile.of(file.toString(), content), OriginKind.OVERLAY);
    }

    /** Looks at it four times a second, once started. */
    public SourcePoller<PolicyLayer> poller(Reloadable<PolicyLayer> target) {
        return LimitsFileSource.poller("quotas-overlay-watcher", file, OriginKind.OVERLAY, QuotasFile::parse, target);
    }

    /**
     * What one entry means.
     *
     * @param keys of the entry and their values, as in a quotas file
     * @return the problems with it, whose places don't mean anything, or a layer of this entry alone
     */
    public static ReadResult<PolicyLayer> check(QuotaEntry entry, Map<String, String> keys) {
        String object = keys.entrySet().stream()
                .map(key -> LimitsFileWriter.quoted(key.getKey()) + " = " + LimitsFileWriter.quoted(key.getValue()))
                .collect(Collectors.joining(", ", "{ ", " }"));
        String text = "quotas." + entry.kind().key() + "."
                + LimitsFileWriter.quoted(entry.name().namespace()) + "."
                + LimitsFileWriter.quoted(entry.name().resource()) + " " + object + "\n";
        return parse("", text);
    }

    /**
     * Replaces the file by one with another entry; returns its quotas.
     *
     * @param now what the file has
     * @param entry a layer of the entry alone
     * @throws IOException if it can't be written; the old file is still there then
     */
    public ReadResult<PolicyLayer> put(PolicyLayer now, PolicyLayer entry) throws IOException {
        return write(PolicyMerger.merge(List.of(entry, now)), any -> true);
    }

    /**
     * Replaces the file by one without an entry; returns its quotas.
     *
     * @param now what the file has
     * @throws IOException if it can't be written; the old file is still there then
     */
    public ReadResult<PolicyLayer> remove(PolicyLayer now, QuotaEntry entry) throws IOException {
        return write(PolicyMerger.merge(List.of(now)), other -> !other.equals(entry));
    }

    private ReadResult<PolicyLayer> write(PolicySnapshot quotas, Predicate<QuotaEntry> filter) throws IOException {
        String text = QuotasFileWriter.text(COMMENT, quotas.limits(), quotas.allocations(), filter);
        ReadResult<PolicyLayer> read = parse(file.toString(), text);
        if (read.value().isPresent()) {
            AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), PERMISSIONS);
        }
        return read;
    }

    private static ReadResult<PolicyLayer> parse(String file, String text) {
        FileContent content = FileContent.of(text.getBytes(StandardCharsets.UTF_8), FileContent.FILE_BYTES_MAX);
        return QuotasFile.parse(ConfigFile.of(file, content), OriginKind.OVERLAY);
    }
}
