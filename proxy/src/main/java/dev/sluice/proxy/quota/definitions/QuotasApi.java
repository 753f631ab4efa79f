package dev.sluice.proxy.quota.definitions;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.quotasfile.QuotaEntry;
import dev.sluice.policy.quotasfile.QuotaKind;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.RouteAccess;
import dev.sluice.proxy.admin.json.InvalidJsonException;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaRequest;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.QuotaRoute;
import dev.sluice.proxy.quota.http.QuotaWorker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The paths of quotas: <code>/api/v1/quotas</code> lists them, <code>/api/v1/quotas/export</code> has them as a quotas file,
 * <code>/api/v1/quotas/{kind}/{namespace}/{resource}</code> is one of them.
 */
public final class QuotasApi {
    private static final String ALL = "/api/v1/quotas";
    private static final String EXPORT = "/api/v1/quotas/export";
    private static final String ONE = "/api/v1/quotas/{kind}/{namespace}/{resource}";
    private static final int PAGE_MAX = 1000;
    private static final String HOCON = "text/plain; charset=utf-8";

    private final QuotaCatalog catalog;
    private final Optional<QuotaEditor> editor;
    private final QuotaWorker worker;

    /**
     * The paths of one node.
     *
     * @param editor empty: quotas can't be set through the API here
     */
    public QuotasApi(QuotaCatalog catalog, Optional<QuotaEditor> editor, QuotaWorker worker) {
        this.catalog = catalog;
        this.editor = editor;
        this.worker = worker;
    }

    /** The routes of the paths. */
    public List<QuotaRoute> routes() {
        return List.of(
                new QuotaRoute("GET", ALL, RouteAccess.TOKEN, (request, nowNanos) -> list(request)),
                new QuotaRoute("GET", EXPORT, RouteAccess.TOKEN, (request, nowNanos) -> worker.respond(this::export)),
                new QuotaRoute("GET", ONE, RouteAccess.TOKEN, (request, nowNanos) -> get(request)),
                new QuotaRoute("PUT", ONE, RouteAccess.TOKEN, (request, nowNanos) -> put(request)),
                new QuotaRoute("DELETE", ONE, RouteAccess.TOKEN, (request, nowNanos) -> delete(request)));
    }

    private QuotaReply list(QuotaRequest request) throws BadRequestException {
        int most = request.query().integer("max", 1, PAGE_MAX).orElse(PAGE_MAX);
        Optional<String> word = request.query().text("kind");
        Optional<QuotaKind> kind = word.isPresent() ? Optional.of(kind(word.get())) : Optional.empty();
        Optional<String> text = request.query().text("after");
        Optional<QuotaEntry> after = text.isPresent() ? Optional.of(ofText(text.get())) : Optional.empty();
        return worker.respond(() -> {
            List<QuotaEntry> found = catalog.entries(kind, after, most + 1);
            boolean areMore = found.size() > most;
            List<QuotaEntry> page = areMore ? found.subList(0, most) : found;
            return QuotaResult.ok(new QuotaListBody(
                    page.stream().map(catalog::body).flatMap(Optional::stream).toList(),
                    areMore ? Optional.of(textOf(page.get(most - 1))) : Optional.empty()));
        });
    }

    private QuotaResponse export() {
        return QuotaResponse.of(200, HOCON, catalog.export().getBytes(StandardCharsets.UTF_8));
    }

    private QuotaReply get(QuotaRequest request) throws BadRequestException {
        QuotaEntry entry = entry(request);
        return worker.respond(() -> {
            Optional<QuotaBody> body = catalog.body(entry);
            if (body.isEmpty()) {
                return QuotaResult.notFound();
            }
            QuotaResponse response = QuotaResult.ok(body.get());
            Optional<String> tag = catalog.tag(entry);
            return tag.isPresent() ? response.withHeader("ETag", tag.get()) : response;
        });
    }

    private QuotaReply put(QuotaRequest request) throws BadRequestException {
        QuotaEntry entry = entry(request);
        Map<String, String> keys;
        try {
            keys = JsonCodec.readTexts(new String(request.body(), StandardCharsets.UTF_8));
        } catch (InvalidJsonException e) {
            throw new BadRequestException(
                    "the body must be an object of the entry's keys, such as {\"capacity\": 10}: " + e.getMessage());
        }
        return change(by -> by.set(entry, keys, request.headers()));
    }

    private QuotaReply delete(QuotaRequest request) throws BadRequestException {
        QuotaEntry entry = entry(request);
        return change(by -> by.delete(entry, request.headers()));
    }

    private QuotaReply change(Function<QuotaEditor, QuotaResponse> edit) {
        return editor.isPresent()
                ? worker.respond(() -> edit.apply(editor.get()))
                : QuotaErrors.client(409, "quotas can't be set through the API here: quota.quotas-overlay is \"\"");
    }

    private static QuotaKind kind(String word) throws BadRequestException {
        return QuotaKind.ofKey(word)
                .orElseThrow(() -> new BadRequestException(word + " is no kind of quotas; use rate or alloc"));
    }

    private static QuotaEntry entry(QuotaRequest request) throws BadRequestException {
        return entry(
                kind(request.pathParameter("kind")),
                request.pathParameter("namespace"),
                request.pathParameter("resource"));
    }

    private static QuotaEntry entry(QuotaKind kind, String namespace, String resource) throws BadRequestException {
        ParsedValue<QuotaEntry> parsed = QuotaEntry.of(kind, namespace, resource);
        if (parsed instanceof ParsedValue.Bad<QuotaEntry> bad) {
            throw new BadRequestException(bad.message() + "; " + bad.hint());
        }
        return ((ParsedValue.Good<QuotaEntry>) parsed).value();
    }

    /** {@code alloc/ns1/r1}, with a slash in the namespace escaped as in a subject. */
    private static String textOf(QuotaEntry entry) {
        return entry.kind().key() + "/" + entry.name().subject();
    }

    private static QuotaEntry ofText(String text) throws BadRequestException {
        int slash = text.indexOf('/');
        if (slash < 0 || text.indexOf('/', slash + 1) < 0) {
            throw new BadRequestException("after must be the value of next in the page before");
        }
        QuotaKind kind = kind(text.substring(0, slash));
        try {
            return new QuotaEntry(kind, QuotaName.ofSubject(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("after must be the value of next in the page before");
        }
    }
}
