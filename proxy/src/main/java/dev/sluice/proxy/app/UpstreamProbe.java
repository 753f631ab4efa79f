package dev.sluice.proxy.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Connects to the gateway every few seconds, so that its failure is seen before the next request, and on sidecars without
 * requests. It only connects and sends no request, so nothing is counted, logged or limited anywhere.
 *
 * <p>One failure may be chance; two in a row make it down. {@link #probe} belongs to one thread and may block; the rest is
 * thread-safe.
 */
final class UpstreamProbe {
    private static final int FAILURES_TO_BE_DOWN = 2;

    private final Supplier<InetSocketAddress> address;
    private final int timeoutMillis;
    private final LongSupplier wallMillis;
    private int failures;
    private volatile ProbeStatus status = new ProbeStatus(UpstreamState.UNPROBED, "", 0);

    /**
     * What is known of the gateway. It counts as up until a probe has failed twice.
     *
     * @param problem what went wrong last; empty: nothing
     * @param sinceWallMillis when it began to be so
     */
    record ProbeStatus(UpstreamState state, String problem, long sinceWallMillis) {
        boolean isUp() {
            return state != UpstreamState.DOWN;
        }
    }

    /** @param wallMillis for people */
    UpstreamProbe(Supplier<InetSocketAddress> address, int timeoutMillis, LongSupplier wallMillis) {
        this.address = address;
        this.timeoutMillis = timeoutMillis;
        this.wallMillis = wallMillis;
    }

    /** Connects once. Blocks for the timeout at most. */
    void probe() {
        String problem = connect();
        ProbeStatus before = status;
        if (problem.isEmpty()) {
            failures = 0;
            status = next(before, UpstreamState.UP, "");
            return;
        }
        failures++;
        if (failures < FAILURES_TO_BE_DOWN) {
            return;
        }
        status = next(before, UpstreamState.DOWN, problem);
    }

    private ProbeStatus next(ProbeStatus before, UpstreamState state, String problem) {
        long since = before.state() == state ? before.sinceWallMillis() : wallMillis.getAsLong();
        return new ProbeStatus(state, problem, since);
    }

    /** Returns what is wrong; empty: nothing. */
    private String connect() {
        InetSocketAddress where = address.get();
        if (where.isUnresolved()) {
            return "the name " + where.getHostString() + " is unknown";
        }
        try (Socket socket = new Socket()) {
            socket.connect(where, timeoutMillis);
            return "";
        } catch (IOException e) {
            String message = e.getMessage();
            return message == null ? "can't be connected to" : message;
        }
    }

    ProbeStatus status() {
        return status;
    }
}
