package dev.sluice.proxy.quota.forward;

import dev.sluice.common.QuotaRole;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaReply.Later;
import dev.sluice.proxy.quota.http.QuotaResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Forwards calls to nodes that have the roles for them. A node that can't be reached is followed by the next one. A call that
 * may have been made is sent again only if that does no harm. A call that was forwarded once is not forwarded again, so that
 * no two nodes send it back and forth. Thread-safe; never blocks.
 */
public final class RoleForwarder {
    /** Shorter than what a client's connection waits for a response. */
    static final long TIMEOUT_NANOS = 5_000_000_000L;

    private final NodeChoice nodes;
    private final NodeSender sender;
    private final LongSupplier nanoClock;
    private final LongAdder forwarded = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder failed = new LongAdder();

    RoleForwarder(NodeChoice nodes, NodeSender sender, LongSupplier nanoClock) {
        this.nodes = nodes;
        this.sender = sender;
        this.nanoClock = nanoClock;
    }

    /** Forwards over these connections. */
    public static RoleForwarder over(NodeConnections connections, NodeChoice nodes) {
        return new RoleForwarder(nodes, connections, System::nanoTime);
    }

    /** Forwards a call to a node that has all of these roles. */
    public QuotaReply forward(Set<QuotaRole> needed, ForwardRequest request) {
        long nowNanos = nanoClock.getAsLong();
        List<RoleNode> order =
                request.headers().isForwarded() ? List.of() : nodes.inOrder(needed, request.key(), nowNanos);
        if (order.isEmpty()) {
            failed.increment();
            return QuotaErrors.unavailable(
                    request.headers().isForwarded()
                            ? "this call was forwarded to a node that has no role " + text(needed)
                            : "no live node has role " + text(needed));
        }
        forwarded.increment();
        CompletableFuture<QuotaResponse> response = new CompletableFuture<>();
        new Call(order, request, nowNanos + TIMEOUT_NANOS, response).attempt(0);
        return new Later(response);
    }

    /**
     * Has a change made by each live node that has the role, one after the other. The first error ends it, and is the response;
     * a client that repeats the change goes on from there.
     */
    public QuotaReply forwardToAll(QuotaRole role, ForwardRequest request) {
        List<RoleNode> all = request.headers().isForwarded() ? List.of() : nodes.with(Set.of(role));
        if (all.size() < 2) {
            return forward(Set.of(role), request);
        }
        long deadlineNanos = nanoClock.getAsLong() + TIMEOUT_NANOS;
        CompletableFuture<QuotaResponse> last = one(all.get(0), request, deadlineNanos);
        for (RoleNode node : all.subList(1, all.size())) {
            last = last.thenCompose(response -> response.status() < 300
                    ? one(node, request, deadlineNanos)
                    : CompletableFuture.completedFuture(response));
        }
        return new Later(last);
    }

    private CompletableFuture<QuotaResponse> one(RoleNode node, ForwardRequest request, long deadlineNanos) {
        forwarded.increment();
        CompletableFuture<QuotaResponse> response = new CompletableFuture<>();
        new Call(List.of(node), request, deadlineNanos, response).attempt(0);
        return response;
    }

    private static String text(Set<QuotaRole> roles) {
        return roles.stream().map(QuotaRole::key).sorted().collect(Collectors.joining(" and "));
    }

    /** One call on its way through the nodes. */
    private final class Call {
        private final List<RoleNode> order;
        private final ForwardRequest request;
        private final long deadlineNanos;
        private final CompletableFuture<QuotaResponse> response;

        Call(
                List<RoleNode> order,
                ForwardRequest request,
                long deadlineNanos,
                CompletableFuture<QuotaResponse> response) {
            this.order = order;
            this.request = request;
            this.deadlineNanos = deadlineNanos;
            this.response = response;
        }

        /** Of one node a kept connection may just have ended: it is tried twice. */
        private int attemptsMax() {
            return Math.max(2, order.size());
        }

        void attempt(int number) {
            RoleNode node = order.get(number % order.size());
            long leftNanos = deadlineNanos - nanoClock.getAsLong();
            if (leftNanos <= 0) {
                end(node, new ForwardFailure(false, "no time is left"));
                return;
            }
            sender.send(node, request, leftNanos).whenComplete((answer, failure) -> {
                if (answer != null) {
                    response.complete(answer);
                } else {
                    next(number, node, failure(failure));
                }
            });
        }

        private void next(int number, RoleNode node, ForwardFailure failure) {
            nodes.failed(node, nanoClock.getAsLong());
            boolean mayRepeat = !failure.wasSent() || request.isRepeatable();
            if (mayRepeat && number + 1 < attemptsMax()) {
                retried.increment();
                attempt(number + 1);
            } else {
                end(node, failure);
            }
        }

        private void end(RoleNode node, ForwardFailure failure) {
            failed.increment();
            String made = failure.wasSent() && !request.isRepeatable() ? "; it may have been made" : "";
            response.complete(QuotaErrors.unavailable(
                    "node " + printable(node.name()) + " did not respond to the call: " + failure.getMessage() + made));
        }
    }

    private static ForwardFailure failure(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ForwardFailure known ? known : new ForwardFailure(true, String.valueOf(cause));
    }

    private static String printable(String name) {
        return name.replaceAll("[^\\x21-\\x7e]", "?");
    }

    /** Registers its metrics. */
    public void bind(SluiceMetrics to) {
        to.counter(
                "sluice.quota.forwarded",
                "Calls that were forwarded to nodes with the role for them",
                forwarded,
                LongAdder::sum);
        to.counter(
                "sluice.quota.forward.retries",
                "Calls that were tried again, at another node or the same",
                retried,
                LongAdder::sum);
        to.counter(
                "sluice.quota.forward.failures",
                "Calls that no node with the role for them responded to",
                failed,
                LongAdder::sum);
    }
}
