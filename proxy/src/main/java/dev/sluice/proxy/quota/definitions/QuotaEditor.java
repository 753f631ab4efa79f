package dev.sluice.proxy.quota.definitions;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.quotasfile.QuotaEntry;
import dev.sluice.policy.quotasfile.QuotaKind;
import dev.sluice.policy.quotasfile.QuotasOverlay;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.SourceReading;
import dev.sluice.proxy.admin.limits.AuditLine;
import dev.sluice.proxy.admin.limits.AuditLog;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaHeaders;
import dev.sluice.proxy.quota.http.QuotaResponse;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes entries of the overlay file of quotas. A change is checked by the code that reads quotas files, recorded in the audit
 * log, written, and in force when the call returns.
 *
 * <p>Thread-safe; one change at a time. Blocks on the disk.
 */
public final class QuotaEditor {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaEditor.class);
    private static final int PROBLEMS_SHOWN = 5;

    private final String node;
    private final String token;
    private final QuotasOverlay overlay;
    private final QuotaSources sources;
    private final QuotaCatalog catalog;
    private final AuditLog audit;

    /**
     * Edits the overlay of one node.
     *
     * @param token the fingerprint of the token that clients need; empty: none
     * @param catalog shows what is in force
     */
    public QuotaEditor(
            String node,
            String token,
            QuotasOverlay overlay,
            QuotaSources sources,
            QuotaCatalog catalog,
            AuditLog audit) {
        this.node = node;
        this.token = token;
        this.overlay = overlay;
        this.sources = sources;
        this.catalog = catalog;
        this.audit = audit;
    }

    /** Sets an entry, whole. */
    synchronized QuotaResponse set(QuotaEntry entry, Map<String, String> keys, QuotaHeaders headers) {
        ReadResult<PolicyLayer> checked = QuotasOverlay.check(entry, keys);
        if (checked.value().isEmpty()) {
            return QuotaErrors.badRequest(problems(checked.problems()));
        }
        return change(entry, checked.value(), headers);
    }

    /** Removes an entry from the overlay: what the quotas file states about it counts again. */
    synchronized QuotaResponse delete(QuotaEntry entry, QuotaHeaders headers) {
        return change(entry, Optional.empty(), headers);
    }

    /** @param next a layer of the entry alone; empty: it is removed */
    private QuotaResponse change(QuotaEntry entry, Optional<PolicyLayer> next, QuotaHeaders headers) {
        Optional<String> tag = catalog.tag(entry);
        if (!headers.ifMatch().isBlank() && !matches(headers.ifMatch(), tag)) {
            return QuotaErrors.client(
                    412, entry.text() + " is not what If-Match names: it was changed meanwhile; read it again");
        }
        if (!headers.ifNoneMatch().isBlank() && matches(headers.ifNoneMatch(), tag)) {
            return QuotaErrors.client(412, entry.text() + " is there already, and If-None-Match forbids that");
        }
        ReadResult<PolicyLayer> now = overlay.read();
        if (now.value().isEmpty()) {
            return QuotaErrors.client(
                    409, overlay.file() + " can't be used; mend it first: " + problems(now.problems()));
        }
        if (next.isEmpty() && !entry.isIn(now.value().get())) {
            return notSet(entry);
        }
        Optional<QuotaBody> before = catalog.body(entry);
        String action = next.isPresent() ? "set" : "delete";
        try {
            record(
                    entry,
                    action,
                    headers,
                    texts(catalog.keys(entry)),
                    texts(next.flatMap(layer -> QuotaCatalog.keysIn(entry, layer))));
        } catch (IOException e) {
            return QuotaErrors.unavailable("nothing was changed: " + reason(e));
        }
        Optional<QuotaResponse> failure = apply(entry, now.value().get(), next);
        if (failure.isPresent()) {
            recordFailure(entry, headers);
            return failure.get();
        }
        LOG.info("{} was changed by {}: {}", entry.text(), headers.client(), action);
        return changed(entry, before);
    }

    private QuotaResponse changed(QuotaEntry entry, Optional<QuotaBody> before) {
        Optional<QuotaBody> after = catalog.body(entry);
        boolean isLate = entry.kind() == QuotaKind.ALLOC && catalog.isDefinedOtherwise(entry);
        if (isLate) {
            return QuotaErrors.unavailable(
                    overlay.file()
                            + " was changed. The store of allocations can't be written now; the change counts as soon as it can");
        }
        QuotaResponse response =
                QuotaResult.ok(new QuotaChangeBody(before, after, overlay.file().toString()));
        Optional<String> tag = catalog.tag(entry);
        return tag.isPresent() ? response.withHeader("ETag", tag.get()) : response;
    }

    /** Writes the file and brings it into force; what went wrong, if anything did. */
    private Optional<QuotaResponse> apply(QuotaEntry entry, PolicyLayer now, Optional<PolicyLayer> next) {
        ReadResult<PolicyLayer> read;
        try {
            read = next.isPresent() ? overlay.put(now, next.get()) : overlay.remove(now, entry);
        } catch (IOException e) {
            return Optional.of(QuotaErrors.unavailable("nothing was changed: " + reason(e)));
        }
        if (read.value().isEmpty()) {
            return Optional.of(QuotaErrors.client(409, "nothing was changed: " + problems(read.problems())));
        }
        try {
            sources.overlay().update(new SourceReading<>(read.value(), List.of()), System.currentTimeMillis());
        } catch (RuntimeException e) {
            LOG.error(
                    "{} was changed, and the change of {} could not be brought into force",
                    overlay.file(),
                    entry.text(),
                    e);
            return Optional.of(QuotaErrors.internal());
        }
        return Optional.empty();
    }

    private QuotaResponse notSet(QuotaEntry entry) {
        return catalog.body(entry)
                .filter(body -> !body.origin().isEmpty())
                .map(body -> QuotaErrors.client(
                        409,
                        entry.text() + " was not set through the API, but in " + body.origin() + "; remove it there"))
                .orElseGet(QuotaResult::notFound);
    }

    private static Optional<Map<String, String>> texts(Optional<Map<String, Object>> keys) {
        return keys.map(found -> {
            Map<String, String> texts = new LinkedHashMap<>();
            found.forEach((key, value) -> texts.put(key, String.valueOf(value)));
            return texts;
        });
    }

    private void record(
            QuotaEntry entry,
            String action,
            QuotaHeaders headers,
            Optional<Map<String, String>> before,
            Optional<Map<String, String>> after)
            throws IOException {
        audit.append(new AuditLine(
                Instant.now().toString(), node, headers.client(), token, action, entry.text(), before, after));
    }

    /** The line before states a change that did not happen: this one states what is in force. */
    private void recordFailure(QuotaEntry entry, QuotaHeaders headers) {
        Optional<Map<String, String>> inForce = texts(catalog.keys(entry));
        try {
            record(entry, "failed", headers, inForce, inForce);
        } catch (IOException e) {
            LOG.error(
                    "the audit log can't be written: its last line, of {}, states a change that failed",
                    entry.text(),
                    e);
        }
    }

    /** @param wanted tags, or {@code *} for any */
    private static boolean matches(String wanted, Optional<String> tag) {
        if (tag.isEmpty()) {
            return false;
        }
        if (wanted.strip().equals("*")) {
            return true;
        }
        for (String one : wanted.split(",", -1)) {
            if (one.strip().equals(tag.get())) {
                return true;
            }
        }
        return false;
    }

    private static String problems(List<ConfigProblem> problems) {
        List<ConfigProblem> errors =
                problems.stream().filter(ConfigProblem::isError).toList();
        String shown =
                errors.stream().limit(PROBLEMS_SHOWN).map(ConfigProblem::text).collect(Collectors.joining(" | "));
        return errors.size() > PROBLEMS_SHOWN ? shown + " | and " + (errors.size() - PROBLEMS_SHOWN) + " more" : shown;
    }

    private String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return overlay.file()
                    + " may not be written; set quota.quotas-overlay to a file in a directory that this process may write to";
        }
        return e instanceof NoSuchFileException
                ? overlay.file() + " is in a directory that doesn't exist"
                : overlay.file() + " can't be written: " + e.getMessage();
    }
}
