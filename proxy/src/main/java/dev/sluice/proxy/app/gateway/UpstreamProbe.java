package dev.sluice.proxy.app.gateway;

import dev.sluice.proxy.upstream.GatewayAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the gateway every few seconds, so that its failure is seen before the next request, and on sidecars without
 * requests. It only connects and sends no request, so nothing is counted, logged or limited anywhere.
 *
 * <p>One failure may be chance; two in a row make it down, which is logged, and so is its return. {@link #probe} belongs to
 * one thread and may block; the rest is thread-safe.
 */
public final class UpstreamProbe {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamProbe.class);
    private static final int FAILURES_TO_BE_DOWN = 2;
    private static final long MILLIS_PER_SECOND = 1_000;

    private final String gateway;
    private final GatewayAddresses addresses;
    private final int timeoutMillis;
    private final LongSupplier wallMillis;
    private int failures;
    private volatile ProbeStatus status = new ProbeStatus(UpstreamState.UNPROBED, "", 0);

    /** What the last probes of the gateway found. */
    public enum UpstreamState {
        /** There was no probe yet. */
        UNPROBED,
        UP,
        DOWN
    }

    /**
     * What is known of the gateway. It counts as up until a probe has failed twice.
     *
     * @param problem what went wrong last; empty: nothing
     * @param sinceWallMillis when it began to be so
     */
    public record ProbeStatus(UpstreamState state, String problem, long sinceWallMillis) {
        /** Whether it may answer requests, as far as is known. */
        public boolean isUp() {
            return state != UpstreamState.DOWN;
        }
    }

    /**
     * A gateway that was not probed yet.
     *
     * @param gateway its address as in the settings
     * @param wallMillis for people
     */
    public UpstreamProbe(String gateway, GatewayAddresses addresses, int timeoutMillis, LongSupplier wallMillis) {
        this.gateway = gateway;
        this.addresses = addresses;
        this.timeoutMillis = timeoutMillis;
        this.wallMillis = wallMillis;
    }

    /** Requests have failed: probes until it is clear whether the gateway is down. */
    public void probeAtOnce() {
        probe();
        while (failures > 0 && failures < FAILURES_TO_BE_DOWN) {
            probe();
        }
    }

    /** Connects once. Blocks for the timeout of each address at most. */
    public void probe() {
        String problem = connect();
        ProbeStatus before = status;
        if (problem.isEmpty()) {
            failures = 0;
            if (before.state() == UpstreamState.DOWN) {
                long downMillis = wallMillis.getAsLong() - before.sinceWallMillis();
                LOG.info("the gateway {} is up again after {} s", gateway, downMillis / MILLIS_PER_SECOND);
            }
            status = next(before, UpstreamState.UP, "");
            return;
        }
        failures++;
        if (failures < FAILURES_TO_BE_DOWN) {
            return;
        }
        if (before.isUp()) {
            LOG.warn("the gateway {} is down: {}. Clients get 502 until it is back", gateway, problem);
        }
        status = next(before, UpstreamState.DOWN, problem);
    }

    private ProbeStatus next(ProbeStatus before, UpstreamState state, String problem) {
        long since = before.state() == state ? before.sinceWallMillis() : wallMillis.getAsLong();
        return new ProbeStatus(state, problem, since);
    }

    /** Returns what is wrong with the last address that was tried; empty: nothing. */
    private String connect() {
        String problem = "";
        for (InetSocketAddress address : addresses.candidates()) {
            problem = connect(address);
            if (problem.isEmpty()) {
                addresses.onConnected(address);
                return "";
            }
            addresses.onFailed(address);
        }
        return problem;
    }

    private String connect(InetSocketAddress where) {
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

    /** What is known now. */
    public ProbeStatus status() {
        return status;
    }
}
