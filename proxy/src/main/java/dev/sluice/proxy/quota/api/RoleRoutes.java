package dev.sluice.proxy.quota.api;

import dev.sluice.common.QuotaRole;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.quota.forward.ForwardRequest;
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

/**
 * The routes of a node that lacks a role: its calls go to nodes that have it, as they came. A batch is divided by roles, and
 * its results are put together again. A call of all quotas or none stays whole, so it needs a node with all of its roles.
 * Thread-safe.
 */
public final class RoleRoutes {
    private final Set<QuotaRole> own;
    private final RoleForwarder forwarder;
    private final int maxBatch;

    /**
     * Routes of one node.
     *
     * @param own the roles of this node
     * @param maxBatch calls in one batch
     */
    public RoleRoutes(Set<QuotaRole> own, RoleForwarder forwarder, int maxBatch) {
        this.own = Set.copyOf(own);
        this.forwarder = forwarder;
        this.maxBatch = maxBatch;
    }

    /** The same routes, of which those that this node has no role for forward their calls. */
    public List<QuotaRoute> over(List<QuotaRoute> routes) {
        return routes.stream()
                .map(route -> new QuotaRoute(route.method(), route.path(), route.access(), over(route)))
                .toList();
    }

    private QuotaHandler over(QuotaRoute route) {
        QuotaHandler here = route.handler();
        return switch (route.path()) {
            case "/api/v1/allow" -> of(QuotaRole.RATE, here, request -> true);
            case "/api/v1/view", "/api/v1/renew", "/api/v1/allocations" -> of(QuotaRole.ALLOC, here, request -> true);
            case "/api/v1/alloc" -> of(QuotaRole.ALLOC, here, request -> hasKey(request, CallKind.ALLOC));
            case "/api/v1/free" -> of(QuotaRole.ALLOC, here, request -> hasKey(request, CallKind.FREE));
            case "/api/v1/batch" -> (request, nowNanos) -> batch(here, request, nowNanos);
            case "/api/v1/all" -> (request, nowNanos) -> all(here, request, nowNanos);
            case "/api/v1/events" -> own.contains(QuotaRole.ALLOC) ? here : (request, nowNanos) -> eventsAtOtherNode();
            case "/api/v1/quotas/{kind}/{namespace}/{resource}" ->
                (request, nowNanos) -> definition(here, request, nowNanos);
            default -> here;
        };
    }

    /** Whether a call may be repeated though it may have been made. */
    private interface Repeatable {
        boolean is(QuotaRequest request);
    }

    private QuotaHandler of(QuotaRole role, QuotaHandler here, Repeatable repeatable) {
        return own.contains(role)
                ? here
                : (request, nowNanos) ->
                        forwarder.forward(Set.of(role), ForwardRequest.of(request, repeatable.is(request)));
    }

    private static boolean hasKey(QuotaRequest request, CallKind kind) {
        if (!request.headers().idempotencyKey().isEmpty()) {
            return true;
        }
        try {
            return CallParser.call(request.body(), kind) instanceof QuotaCall.Change change
                    && !change.key().isEmpty();
        } catch (BadRequestException e) {
            // The node that gets it says what is wrong.
            return false;
        }
    }

    /** Streams are not forwarded. */
    private static QuotaResponse eventsAtOtherNode() {
        return QuotaErrors.unavailable(
                "events come from the node with role alloc, which /memberlist has: connect to it");
    }

    /** A change of a rate quota is made at all nodes that decide it, as each keeps its own file. */
    private QuotaReply definition(QuotaHandler here, QuotaRequest request, long nowNanos) throws BadRequestException {
        Optional<QuotaRole> role = QuotaRole.ofKey(request.pathParameter("kind"));
        if (role.isEmpty() || role.get() == QuotaRole.PROXY || own.contains(role.get())) {
            return here.handle(request, nowNanos);
        }
        boolean isRead = request.method().equals("GET");
        ForwardRequest forward = ForwardRequest.of(request, isRead);
        return isRead || role.get() == QuotaRole.ALLOC
                ? forwarder.forward(Set.of(role.get()), forward)
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
        List<QuotaCall> steps = CallParser.steps(request.body(), AllocCommand.Change.STEPS_MAX);
        Set<QuotaRole> needed = EnumSet.noneOf(QuotaRole.class);
        steps.forEach(step -> needed.add(roleOf(step)));
        if (own.containsAll(needed)) {
            return here.handle(request, nowNanos);
        }
        boolean isRepeatable = !request.headers().idempotencyKey().isEmpty() || !needed.contains(QuotaRole.ALLOC);
        return forwarder.forward(needed, ForwardRequest.of(request, isRepeatable));
    }

    private QuotaReply batch(QuotaHandler here, QuotaRequest request, long nowNanos) throws BadRequestException {
        if (!request.headers().idempotencyKey().isEmpty()) {
            // it says what is wrong
            return here.handle(request, nowNanos);
        }
        List<QuotaCall> calls = CallParser.batch(request.body(), maxBatch);
        Map<QuotaRole, List<Integer>> parts = new LinkedHashMap<>();
        for (int i = 0; i < calls.size(); i++) {
            parts.computeIfAbsent(roleOf(calls.get(i)), role -> new ArrayList<>())
                    .add(i);
        }
        if (own.containsAll(parts.keySet())) {
            return here.handle(request, nowNanos);
        }
        if (parts.size() == 1) {
            return forwarder.forward(parts.keySet(), ForwardRequest.of(request, mayRepeat(calls)));
        }
        byte[][] results = new byte[calls.size()][];
        List<CompletableFuture<?>> responses = new ArrayList<>();
        for (Map.Entry<QuotaRole, List<Integer>> part : parts.entrySet()) {
            List<QuotaCall> ofPart = part.getValue().stream().map(calls::get).toList();
            byte[] body = BatchParts.body(ofPart);
            QuotaReply reply = own.contains(part.getKey())
                    ? here.handle(withBody(request, body), nowNanos)
                    : forwarder.forward(Set.of(part.getKey()), ForwardRequest.with(request, body, mayRepeat(ofPart)));
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
