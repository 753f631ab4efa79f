package dev.sluice.proxy.quota.api;

import dev.sluice.common.QuotaRole;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.quota.forward.ForwardRequest;
import dev.sluice.proxy.quota.forward.OwnRoles;
import dev.sluice.proxy.quota.forward.RoleForwarder;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaHandler;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaReply.Later;
import dev.sluice.proxy.quota.http.QuotaRequest;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.QuotaRoute;
import dev.sluice.quota.alloc.AllocCommand;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The routes of a node that doesn't do all itself: calls of other roles go to nodes that have them, as they came. A batch is divided by roles, and
 * its results are put together again. A call of all quotas or none stays whole, so it needs a node with all of its roles.
 * Thread-safe.
 */
public final class RoleRoutes {
    private static final Set<QuotaRole> DECIDING = Set.of(QuotaRole.RATE, QuotaRole.ALLOC);

    private final OwnRoles own;
    private final RoleForwarder forwarder;
    private final int maxBatch;

    /**
     * Routes of one node.
     *
     * @param own what this node does itself
     * @param maxBatch calls in one batch
     */
    public RoleRoutes(OwnRoles own, RoleForwarder forwarder, int maxBatch) {
        this.own = own;
        this.forwarder = forwarder;
        this.maxBatch = maxBatch;
    }

    /** The same routes, which forward the calls that this node doesn't make itself. */
    public List<QuotaRoute> over(List<QuotaRoute> routes) {
        return routes.stream()
                .map(route -> new QuotaRoute(route.method(), route.path(), route.access(), over(route)))
                .toList();
    }

    private QuotaHandler over(QuotaRoute route) {
        QuotaHandler here = route.handler();
        return switch (route.path()) {
            case "/api/v1/allow" ->
                of(
                        QuotaRole.RATE,
                        here,
                        request -> ForwardRequest.of(request, true).keyed(key(request, CallKind.ALLOW)));
            case "/api/v1/view", "/api/v1/renew", "/api/v1/allocations" ->
                of(QuotaRole.ALLOC, here, request -> ForwardRequest.of(request, true));
            case "/api/v1/alloc" -> of(QuotaRole.ALLOC, here, request -> change(request, CallKind.ALLOC));
            case "/api/v1/free" -> of(QuotaRole.ALLOC, here, request -> change(request, CallKind.FREE));
            case "/api/v1/batch" -> (request, nowNanos) -> batch(here, request, nowNanos);
            case "/api/v1/all" -> (request, nowNanos) -> all(here, request, nowNanos);
            case "/api/v1/events" ->
                (request, nowNanos) ->
                        own.has(QuotaRole.ALLOC, nowNanos) ? here.handle(request, nowNanos) : eventsAtOtherNode();
            case "/api/v1/quotas/{kind}/{namespace}/{resource}" ->
                (request, nowNanos) -> definition(here, request, nowNanos);
            default -> here;
        };
    }

    private QuotaHandler of(QuotaRole role, QuotaHandler here, Function<QuotaRequest, ForwardRequest> there) {
        return (request, nowNanos) -> own.has(role, nowNanos)
                ? here.handle(request, nowNanos)
                : forward(Set.of(role), there.apply(request), nowNanos);
    }

    private QuotaReply forward(Set<QuotaRole> roles, ForwardRequest request, long nowNanos) {
        return roles.contains(QuotaRole.ALLOC) && own.isAwaitingOthers(nowNanos)
                ? QuotaErrors.unavailable("this node has just started, and doesn't know yet who keeps the allocations")
                : forwarder.forward(roles, request);
    }

    /** A change that may have been made is repeated only with a key. */
    private static ForwardRequest change(QuotaRequest request, CallKind kind) {
        return ForwardRequest.of(request, !key(request, kind).isEmpty());
    }

    /** The idempotency key of a call; empty: none. */
    private static String key(QuotaRequest request, CallKind kind) {
        String header = request.headers().idempotencyKey();
        try {
            return header.isEmpty() ? CallParser.call(request.body(), kind).key() : header;
        } catch (BadRequestException e) {
            // The node that gets it says what is wrong.
            return "";
        }
    }

    /** The first key of a batch: a repetition is the same batch. */
    private static String key(List<QuotaCall> calls) {
        return calls.stream()
                .map(QuotaCall::key)
                .filter(key -> !key.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Streams are not forwarded. */
    private static QuotaResponse eventsAtOtherNode() {
        return QuotaErrors.unavailable(
                "events come from the node with role alloc, which /memberlist has: connect to it");
    }

    /** A change of a rate quota is made at all nodes that decide it, as each keeps its own file. */
    private QuotaReply definition(QuotaHandler here, QuotaRequest request, long nowNanos) throws BadRequestException {
        Optional<QuotaRole> role = QuotaRole.ofKey(request.pathParameter("kind"));
        if (role.isEmpty() || role.get() == QuotaRole.PROXY || own.has(role.get(), nowNanos)) {
            return here.handle(request, nowNanos);
        }
        boolean isRead = request.method().equals("GET");
        ForwardRequest forward = ForwardRequest.of(request, isRead);
        return isRead || role.get() == QuotaRole.ALLOC
                ? forward(Set.of(role.get()), forward, nowNanos)
                : forwarder.forwardToAll(role.get(), forward);
    }

    private static QuotaRole roleOf(QuotaCall call) {
        return call instanceof QuotaCall.Allow ? QuotaRole.RATE : QuotaRole.ALLOC;
    }

    private static boolean mayRepeat(List<QuotaCall> calls) {
        return calls.stream()
                .noneMatch(call ->
                        call instanceof QuotaCall.Change change && change.key().isEmpty());
    }

    private QuotaReply all(QuotaHandler here, QuotaRequest request, long nowNanos) throws BadRequestException {
        if (own.hasAll(DECIDING, nowNanos)) {
            return here.handle(request, nowNanos);
        }
        List<QuotaCall> steps = CallParser.steps(request.body(), AllocCommand.Change.STEPS_MAX);
        Set<QuotaRole> needed = EnumSet.noneOf(QuotaRole.class);
        steps.forEach(step -> needed.add(roleOf(step)));
        if (own.hasAll(needed, nowNanos)) {
            return here.handle(request, nowNanos);
        }
        boolean isRepeatable = !request.headers().idempotencyKey().isEmpty() || !needed.contains(QuotaRole.ALLOC);
        ForwardRequest forward =
                ForwardRequest.of(request, isRepeatable).keyed(request.headers().idempotencyKey());
        return forward(needed, forward, nowNanos);
    }

    private QuotaReply batch(QuotaHandler here, QuotaRequest request, long nowNanos) throws BadRequestException {
        if (own.hasAll(DECIDING, nowNanos)
                || !request.headers().idempotencyKey().isEmpty()) {
            // of a key it says what is wrong
            return here.handle(request, nowNanos);
        }
        List<QuotaCall> calls = CallParser.batch(request.body(), maxBatch);
        Map<QuotaRole, List<Integer>> parts = new LinkedHashMap<>();
        for (int i = 0; i < calls.size(); i++) {
            parts.computeIfAbsent(roleOf(calls.get(i)), role -> new ArrayList<>())
                    .add(i);
        }
        if (own.hasAll(parts.keySet(), nowNanos)) {
            return here.handle(request, nowNanos);
        }
        if (parts.size() == 1) {
            ForwardRequest forward =
                    ForwardRequest.of(request, mayRepeat(calls)).keyed(key(calls));
            return forward(parts.keySet(), forward, nowNanos);
        }
        byte[][] results = new byte[calls.size()][];
        List<CompletableFuture<?>> responses = new ArrayList<>();
        for (Map.Entry<QuotaRole, List<Integer>> part : parts.entrySet()) {
            List<QuotaCall> ofPart = part.getValue().stream().map(calls::get).toList();
            byte[] body = BatchParts.body(ofPart);
            QuotaReply reply = own.has(part.getKey(), nowNanos)
                    ? here.handle(withBody(request, body), nowNanos)
                    : forward(
                            Set.of(part.getKey()),
                            ForwardRequest.with(request, body, mayRepeat(ofPart))
                                    .keyed(key(ofPart)),
                            nowNanos);
            responses.add(
                    future(reply).thenAccept(response -> BatchParts.distribute(response, part.getValue(), results)));
        }
        return new Later(CompletableFuture.allOf(responses.toArray(CompletableFuture[]::new))
                .thenApply(done -> BatchParts.joined(results)));
    }

    private static QuotaRequest withBody(QuotaRequest request, byte[] body) {
        return new QuotaRequest(request.method(), request.path(), Map.of(), request.query(), request.headers(), body);
    }

    private static CompletableFuture<QuotaResponse> future(QuotaReply reply) {
        if (reply instanceof QuotaResponse now) {
            return CompletableFuture.completedFuture(now);
        }
        return ((Later) reply).response().toCompletableFuture();
    }
}
