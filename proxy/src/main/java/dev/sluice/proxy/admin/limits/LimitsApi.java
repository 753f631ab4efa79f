package dev.sluice.proxy.admin.limits;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.settings.AdminToken;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.proxy.admin.api.PeerRow;
import dev.sluice.proxy.admin.api.PeersBody;
import dev.sluice.proxy.admin.http.AdminRequest;
import dev.sluice.proxy.admin.http.AdminResponse;
import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.JsonResponse;
import dev.sluice.proxy.admin.http.RouteAccess;
import dev.sluice.proxy.admin.json.InvalidJsonException;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.admin.limits.EditOutcome.Changed;
import dev.sluice.proxy.admin.limits.EditOutcome.Refused;
import dev.sluice.sync.peers.PeerState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The paths of limits: {@code /api/v1/explain} and {@code /api/v1/limits/...}. An entry's path is its place in a limits
 * file: {@code users/alice}, {@code each-user}. Reading needs the token where one is configured; a change always needs it.
 */
public final class LimitsApi {
    private static final int PAGE_MAX = 1000;
    private static final String ENTRY = "/api/v1/limits/{section}";
    private static final String NAMED = "/api/v1/limits/{section}/{name}";
    private static final String ETAG = "ETag";

    private final String node;
    private final LimitExplainer explainer;
    private final Function<IpAddress, String> addressName;
    private final Function<String, Optional<String>> userOfKey;
    private final LimitList list;
    private final Optional<LimitEditor> editor;
    private final Optional<AdminToken> token;
    private final Supplier<PeersBody> peers;

    /**
     * The paths of one sidecar.
     *
     * @param addressName how limits name the address of a client
     * @param userOfKey the user whose access key a text is
     * @param editor empty: limits can't be set by command here
     * @param peers gives the other sidecars
     */
    public LimitsApi(
            String node,
            LimitExplainer explainer,
            Function<IpAddress, String> addressName,
            Function<String, Optional<String>> userOfKey,
            LimitList list,
            Optional<LimitEditor> editor,
            Optional<AdminToken> token,
            Supplier<PeersBody> peers) {
        this.node = node;
        this.explainer = explainer;
        this.addressName = addressName;
        this.userOfKey = userOfKey;
        this.list = list;
        this.editor = editor;
        this.token = token;
        this.peers = peers;
    }

    /** The routes of the paths. */
    public List<AdminRoute> routes() {
        return List.of(
                AdminRoute.get("/api/v1/explain", RouteAccess.TOKEN, this::explain),
                AdminRoute.get("/api/v1/limits", RouteAccess.TOKEN, this::list),
                AdminRoute.get(ENTRY, RouteAccess.TOKEN, this::entry),
                AdminRoute.get(NAMED, RouteAccess.TOKEN, this::entry),
                new AdminRoute("PUT", ENTRY, RouteAccess.TOKEN_ALWAYS, this::put),
                new AdminRoute("PUT", NAMED, RouteAccess.TOKEN_ALWAYS, this::put),
                new AdminRoute("DELETE", ENTRY, RouteAccess.TOKEN_ALWAYS, this::delete),
                new AdminRoute("DELETE", NAMED, RouteAccess.TOKEN_ALWAYS, this::delete));
    }

    private AdminResponse explain(AdminRequest request) throws BadRequestException {
        String op = request.query().text("op").orElse("read");
        OperationClass operation = OperationNames.parse(op)
                .orElseThrow(
                        () -> new BadRequestException("no such operation: " + op + "; use " + OperationNames.KNOWN));
        String user = request.query().text("user").orElse("");
        if (!user.isEmpty()) {
            refuseAccessKey(new PolicyEntry(Scope.USER, user));
        }
        String bucket = request.query().text("bucket").orElse("");
        return JsonResponse.ok(explainer.explain(user, bucket, operation, address(request), System.nanoTime()));
    }

    /** As limits name it; empty: none is given. */
    private String address(AdminRequest request) throws BadRequestException {
        Optional<String> text = request.query().text("address").filter(given -> !given.isEmpty());
        if (text.isEmpty()) {
            return "";
        }
        return IpAddress.parse(text.get())
                .map(addressName)
                .orElseThrow(() -> new BadRequestException("no such address; use that of a client, such as 192.0.2.7"));
    }

    private AdminResponse list(AdminRequest request) throws BadRequestException {
        int most = request.query().integer("max", 1, PAGE_MAX).orElse(PAGE_MAX);
        Optional<String> text = request.query().text("after");
        Optional<PolicyEntry> after = text.isPresent() ? Optional.of(ofText(text.get())) : Optional.empty();
        List<PolicyEntry> found = list.entries(after, most + 1);
        boolean areMore = found.size() > most;
        List<PolicyEntry> page = areMore ? found.subList(0, most) : found;
        return JsonResponse.ok(new LimitsBody(
                node,
                peers.get().limitsFingerprint(),
                page.stream().map(list::entry).flatMap(Optional::stream).toList(),
                areMore ? Optional.of(page.get(most - 1).text()) : Optional.empty()));
    }

    /** Reads {@code users.alice}; a name may have dots. */
    private static PolicyEntry ofText(String text) throws BadRequestException {
        int dot = text.indexOf('.');
        return dot < 0
                ? entryOf(text, Optional.empty())
                : entryOf(text.substring(0, dot), Optional.of(text.substring(dot + 1)));
    }

    private PolicyEntry entryOf(AdminRequest request) throws BadRequestException {
        PolicyEntry entry = entryOf(
                request.pathParameter("section"),
                Optional.ofNullable(request.pathParameters().get("name")));
        refuseAccessKey(entry);
        return entry;
    }

    /** Refuses an access key in the place of a user name: its limits would apply to nobody, and would show the key. */
    private void refuseAccessKey(PolicyEntry entry) throws BadRequestException {
        boolean isOfUser = entry.scope() == Scope.USER && !entry.name().isEmpty();
        Optional<String> owner = isOfUser ? userOfKey.apply(entry.name()) : Optional.empty();
        if (owner.isPresent() && list.entry(entry).isEmpty()) {
            throw new BadRequestException("this is an access key, no user: its user is " + owner.get());
        }
    }

    private static PolicyEntry entryOf(String section, Optional<String> name) throws BadRequestException {
        Optional<PolicyEntry> unnamed = PolicyEntry.ofKey(section);
        if (name.isEmpty()) {
            return unnamed.orElseThrow(() ->
                    new BadRequestException(section + " is no entry; use each-user, each-bucket, anonymous, total,"
                            + " users/NAME, buckets/NAME or tenants/NAME"));
        }
        Scope scope = PolicyEntry.scopeOfSection(section)
                .filter(found -> !name.get().isEmpty())
                .orElseThrow(() -> new BadRequestException(section + " has no names; use users, buckets or tenants"));
        return new PolicyEntry(scope, name.get());
    }

    private AdminResponse entry(AdminRequest request) throws BadRequestException {
        PolicyEntry entry = entryOf(request);
        Optional<LimitEntryBody> found = list.entry(entry);
        if (found.isEmpty()) {
            return AdminResponse.error(404, "there is no entry " + entry.text());
        }
        Map<String, String> written = editor.map(e -> e.written(entry)).orElse(Map.of());
        return JsonResponse.ok(new WrittenEntryBody(found.get(), written)).withHeader(ETAG, list.tag(entry));
    }

    private AdminResponse put(AdminRequest request) throws BadRequestException {
        Map<String, String> keys;
        try {
            keys = JsonCodec.readTexts(request.body());
        } catch (InvalidJsonException e) {
            throw new BadRequestException("the body must be an object of the entry's keys, such as"
                    + " {\"read-ops\": \"100/s\"}: " + e.getMessage());
        }
        return change(request, (edit) -> edit.editor().set(edit.request(), keys));
    }

    private AdminResponse delete(AdminRequest request) throws BadRequestException {
        return change(request, (edit) -> edit.editor().delete(edit.request()));
    }

    private record Edit(LimitEditor editor, EditRequest request) {}

    private AdminResponse change(AdminRequest request, Function<Edit, EditOutcome> edit) throws BadRequestException {
        PolicyEntry entry = entryOf(request);
        if (editor.isEmpty()) {
            return AdminResponse.error(409, "limits can't be set by command here: limits-overlay is \"\"");
        }
        EditRequest asked = new EditRequest(
                entry,
                request.ifMatch(),
                request.clientAddress(),
                token.map(AdminToken::fingerprint).orElse(""));
        EditOutcome outcome = edit.apply(new Edit(editor.get(), asked));
        if (outcome instanceof Refused refused) {
            return AdminResponse.error(refused.status(), refused.message());
        }
        return changed(entry, editor.get(), (Changed) outcome);
    }

    private AdminResponse changed(PolicyEntry entry, LimitEditor by, Changed change) {
        PeersBody others = peers.get();
        List<SidecarLimits> sidecars = others.peers().stream()
                .filter(peer -> peer.state() == PeerState.LIVE)
                .map(LimitsApi::limitsOf)
                .toList();
        LimitChangeBody body = new LimitChangeBody(
                entry.text(),
                change.before(),
                change.after(),
                by.file().toString(),
                others.limitsFingerprint(),
                sidecars);
        return JsonResponse.ok(body).withHeader(ETAG, list.tag(entry));
    }

    private static SidecarLimits limitsOf(PeerRow peer) {
        return new SidecarLimits(peer.node(), peer.limits());
    }
}
