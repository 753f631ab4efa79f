package dev.sluice.proxy.quota.forward;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The connections to one node, and the calls that wait for one. Belongs to the loop of the connections. */
final class NodePool {
    /** Shorter than the idle timeout of the quota port, so that the other side seldom closes first. */
    private static final long IDLE_NANOS_MAX = 30_000_000_000L;

    private final NodeConnections connections;
    private final RoleNode node;
    private final Deque<NodeChannelHandler> idle = new ArrayDeque<>();
    private final Set<NodeChannelHandler> open = new HashSet<>();
    private final Deque<PendingCall> waiting = new ArrayDeque<>();
    private int connecting;

    NodePool(NodeConnections connections, RoleNode node) {
        this.connections = connections;
        this.node = node;
    }

    /** Sends a call on an idle connection, on a new one, or once one is idle. */
    void start(PendingCall call) {
        // The one that was used last: the others become idle for long, and end.
        NodeChannelHandler kept = idle.pollLast();
        while (kept != null && !kept.isUsable()) {
            kept = idle.pollLast();
        }
        if (kept != null) {
            kept.send(call);
            return;
        }
        waiting.addLast(call);
        connectIfNeeded();
    }

    private void connectIfNeeded() {
        waiting.removeIf(PendingCall::isDone);
        if (connecting < waiting.size() && open.size() + connecting < NodeConnections.CONNECTIONS_MAX) {
            connecting++;
            connections.connect(node, this);
        }
    }

    void connected(NodeChannelHandler channel) {
        connecting--;
        if (channel.isUsable()) {
            open.add(channel);
            channelIdle(channel);
        }
        connectIfNeeded();
    }

    /** Nothing was sent of what waits. With other connections open it waits on. */
    void notConnected(String problem) {
        connecting--;
        if (open.isEmpty() && connecting == 0) {
            failWaiting(problem);
        }
    }

    private void failWaiting(String problem) {
        List<PendingCall> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(call -> call.fail(problem));
    }

    /** A connection is free for the next call. */
    void channelIdle(NodeChannelHandler channel) {
        PendingCall next = waiting.pollFirst();
        while (next != null && next.isDone()) {
            next = waiting.pollFirst();
        }
        if (next != null) {
            channel.send(next);
        } else {
            idle.addLast(channel);
        }
    }

    void closed(NodeChannelHandler channel) {
        open.remove(channel);
        idle.remove(channel);
        connectIfNeeded();
    }

    void closeIdle(long nowNanos) {
        waiting.removeIf(PendingCall::isDone);
        for (NodeChannelHandler channel : List.copyOf(idle)) {
            if (channel.isIdleFor(IDLE_NANOS_MAX, nowNanos)) {
                idle.remove(channel);
                channel.close();
            }
        }
    }

    boolean isUnused() {
        return open.isEmpty() && waiting.isEmpty() && connecting == 0;
    }

    void close() {
        failWaiting("this node ends");
        List.copyOf(open).forEach(NodeChannelHandler::close);
    }
}
