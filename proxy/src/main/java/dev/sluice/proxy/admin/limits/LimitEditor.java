package dev.sluice.proxy.admin.limits;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.limitsfile.LimitTexts;
import dev.sluice.policy.limitsfile.LimitsOverlay;
import dev.sluice.policy.limitsfile.WrittenEntries;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourceReading;
import dev.sluice.proxy.admin.limits.EditOutcome.Changed;
import dev.sluice.proxy.admin.limits.EditOutcome.Refused;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes entries of the overlay file. A change is checked by the code that reads limits files, recorded in the audit log,
 * written, and in force when the call returns. Options that an entry doesn't have come from {@code defaults} of the limits
 * file, and are written with it: what is tried in shadow there isn't enforced here by mistake.
 *
 * <p>Thread-safe; one change at a time. Blocks on the disk.
 */
public final class LimitEditor {
    private static final Logger LOG = LoggerFactory.getLogger(LimitEditor.class);
    private static final int PROBLEMS_SHOWN = 5;

    private final String node;
    private final LimitsOverlay overlay;
    private final Path limitsFile;
    private final Reloadable<PolicyLayer> target;
    private final LimitList inForce;
    private final AuditLog audit;

    /**
     * Edits the overlay of one sidecar.
     *
     * @param limitsFile whose defaults count
     * @param target brings the overlay's limits into force
     */
    public LimitEditor(
            String node,
            LimitsOverlay overlay,
            Path limitsFile,
            Reloadable<PolicyLayer> target,
            LimitList inForce,
            AuditLog audit) {
        this.node = node;
        this.overlay = overlay;
        this.limitsFile = limitsFile;
        this.target = target;
        this.inForce = inForce;
        this.audit = audit;
    }

    /** The file that changes are written to. */
    Path file() {
        return overlay.file();
    }

    /** The keys of an entry that is in force, as they are written in its file, or as a file would have them. */
    Map<String, String> written(PolicyEntry entry) {
        return written(overlay.entries(), entry)
                .or(() -> written(WrittenEntries.read(limitsFile, entry), entry))
                .or(() -> inForce.limits(entry).map(LimitTexts::of))
                .orElse(Map.of());
    }

    private static Optional<Map<String, String>> written(ReadResult<WrittenEntries> file, PolicyEntry entry) {
        return file.value().map(WrittenEntries::entries).map(entries -> entries.get(entry));
    }

    /** Sets an entry, whole. */
    synchronized EditOutcome set(EditRequest request, Map<String, String> keys) {
        PolicyEntry entry = request.entry();
        ReadResult<WrittenEntries> defaults = WrittenEntries.read(limitsFile, entry);
        if (defaults.value().isEmpty()) {
            return unusable(limitsFile, defaults.problems());
        }
        Map<String, String> whole =
                LimitTexts.withDefaults(keys, defaults.value().get().defaults());
        ReadResult<PolicyLayer> checked = LimitsOverlay.check(entry, whole);
        if (checked.value().isEmpty()) {
            return new Refused(400, problems(checked.problems()));
        }
        if (entry.name().isEmpty()
                && checked.value().get().limits().unnamed(entry.scope()).isUnlimited()) {
            return new Refused(
                    400,
                    entry.text() + " without a limit would not override the limits file; remove its limits there,"
                            + " or set a high one");
        }
        return change(request, "set", Optional.of(whole));
    }

    /** Removes an entry from the overlay: what the limits file or RGW states about it counts again. */
    synchronized EditOutcome delete(EditRequest request) {
        return change(request, "delete", Optional.empty());
    }

    private EditOutcome change(EditRequest request, String action, Optional<Map<String, String>> after) {
        PolicyEntry entry = request.entry();
        if (!matches(request.ifMatch(), entry)) {
            return new Refused(
                    412, entry.text() + " is not what If-Match names: it was changed meanwhile; read it again");
        }
        ReadResult<WrittenEntries> now = overlay.entries();
        if (now.value().isEmpty()) {
            return unusable(overlay.file(), now.problems());
        }
        WrittenEntries written = now.value().get();
        if (!written.others().isEmpty()) {
            return new Refused(
                    409,
                    overlay.file() + " holds " + String.join(", ", written.others())
                            + ", which a change would remove; move that to the limits file");
        }
        Map<PolicyEntry, Map<String, String>> entries = new LinkedHashMap<>(written.entries());
        if (after.isEmpty() && !entries.containsKey(entry)) {
            return new Refused(404, notSet(entry));
        }
        Optional<Map<String, String>> before = inForce.limits(entry).map(limits -> written(entry));
        Optional<LimitEntryBody> bodyBefore = inForce.entry(entry);
        after.ifPresentOrElse(keys -> entries.put(entry, keys), () -> entries.remove(entry));
        try {
            record(request, action, before, after);
        } catch (IOException e) {
            return new Refused(409, "nothing was changed: " + reason(e));
        }
        Optional<Refused> failure = apply(entry, entries);
        if (failure.isPresent()) {
            recordFailure(request, before);
            return failure.get();
        }
        LOG.info("{} was changed by {} with token {}: {}", entry.text(), request.address(), request.token(), action);
        return new Changed(bodyBefore, inForce.entry(entry));
    }

    /** Writes all entries and brings them into force; what went wrong, if anything did. */
    private Optional<Refused> apply(PolicyEntry changed, Map<PolicyEntry, Map<String, String>> entries) {
        ReadResult<PolicyLayer> read;
        try {
            read = overlay.write(entries);
        } catch (IOException e) {
            return Optional.of(new Refused(409, "nothing was changed: " + reason(e)));
        } catch (RuntimeException e) {
            LOG.error("{} could not be written", overlay.file(), e);
            return Optional.of(new Refused(500, "nothing was changed: writing the file failed; see the log"));
        }
        if (read.value().isEmpty()) {
            return Optional.of(new Refused(400, problems(read.problems())));
        }
        try {
            target.update(new SourceReading<>(read.value(), List.of()), System.currentTimeMillis());
        } catch (RuntimeException e) {
            LOG.error("the change of {} could not be brought into force", changed.text(), e);
            return Optional.of(new Refused(
                    500,
                    overlay.file() + " was changed, and using it failed; see the log. In force is " + changed.text()
                            + ": " + inForceNow(changed).map(Map::toString).orElse("no entry")));
        }
        return Optional.empty();
    }

    private Optional<Map<String, String>> inForceNow(PolicyEntry entry) {
        return inForce.limits(entry).map(LimitTexts::of);
    }

    /** The line before states a change that did not happen, or not as asked: this one states what is in force. */
    private void recordFailure(EditRequest request, Optional<Map<String, String>> before) {
        try {
            record(request, "failed", before, inForceNow(request.entry()));
        } catch (IOException e) {
            LOG.error(
                    "the audit log can't be written: its last line, of {}, states a change that failed",
                    request.entry().text(),
                    e);
        }
    }

    private void record(
            EditRequest request,
            String action,
            Optional<Map<String, String>> before,
            Optional<Map<String, String>> after)
            throws IOException {
        audit.append(new AuditLine(
                Instant.now().toString(),
                node,
                request.address(),
                request.token(),
                action,
                request.entry().text(),
                before,
                after));
    }

    private boolean matches(String ifMatch, PolicyEntry entry) {
        if (ifMatch.isBlank()) {
            return true;
        }
        if (ifMatch.strip().equals("*")) {
            return inForce.limits(entry).isPresent();
        }
        String tag = inForce.tag(entry);
        for (String wanted : ifMatch.split(",", -1)) {
            if (wanted.strip().equals(tag)) {
                return true;
            }
        }
        return false;
    }

    private String notSet(PolicyEntry entry) {
        return inForce.entry(entry)
                .map(body -> entry.text() + " was not set by command, but in "
                        + body.limits().stream()
                                .map(EntryLimit::origin)
                                .distinct()
                                .collect(Collectors.joining(", "))
                        + "; change it there, or set another limit, which comes before it")
                .orElse("there is no entry " + entry.text());
    }

    private static Refused unusable(Path file, List<ConfigProblem> problems) {
        return new Refused(409, file + " can't be used; mend it first: " + problems(problems));
    }

    private static String problems(List<ConfigProblem> problems) {
        List<ConfigProblem> errors =
                problems.stream().filter(ConfigProblem::isError).toList();
        String shown =
                errors.stream().limit(PROBLEMS_SHOWN).map(ConfigProblem::text).collect(Collectors.joining(" | "));
        return errors.size() > PROBLEMS_SHOWN ? shown + " | and " + (errors.size() - PROBLEMS_SHOWN) + " more" : shown;
    }

    private static String reason(IOException e) {
        String file = e instanceof FileSystemException failed ? failed.getFile() : "the file";
        if (e instanceof AccessDeniedException) {
            return file
                    + " may not be written; set limits-overlay to a file in a directory that the sidecar may write to";
        }
        return e instanceof NoSuchFileException
                ? file + " is in a directory that doesn't exist"
                : file + " can't be written: " + e.getMessage();
    }
}
