package dev.sluice.sync.discovery;

import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.config.NodeAddressing;
import dev.sluice.sync.config.SyncConfig;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves endpoints to addresses, on a thread of its own: a look-up may block for many seconds, and ZeroMQ would
 * do it on the thread that moves all messages.
 *
 * <p>Endpoints come from the settings and from a {@link Discovery}. Names are resolved again every {@value
 * #REFRESH_MILLIS} ms, so a peer with a new address is found. A name keeps its last addresses while look-ups fail.
 * This node's own advertised address is left out. The result is published after each look-up: no endpoint waits for
 * a slow one twice, and addresses wait for none.
 */
public final class EndpointResolver implements Runnable {
    static final long REFRESH_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(EndpointResolver.class);

    /** Resolves a name; an address is returned as it is. */
    public interface Lookup {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final List<String> relays;
    private final Optional<String> advertised;
    private final Semaphore wakeUp = new Semaphore(0);
    private final Map<String, List<ResolvedEndpoint>> known = new HashMap<>();
    private volatile Wanted wanted;
    private List<String> configured;
    private List<String> found = List.of();
    private String foundBy = "";
    private String own = "";
    private boolean ownIsShared;
    private volatile List<ResolvedEndpoint> targets = List.of();
    private volatile boolean stopped;

    /** The endpoints to resolve, each with its source. */
    private record Wanted(Map<String, String> sources) {
        static Wanted of(List<String> relays, List<String> configured, List<String> found, String source) {
            Map<String, String> sources = new LinkedHashMap<>();
            relays.forEach(endpoint -> sources.put(endpoint, LinkStatus.RELAY));
            configured.forEach(endpoint -> sources.putIfAbsent(endpoint, LinkStatus.CONFIGURED));
            found.forEach(endpoint -> sources.putIfAbsent(endpoint, source));
            return new Wanted(Collections.unmodifiableMap(sources));
        }

        Set<String> endpoints() {
            return sources.keySet();
        }

        String sourceOf(String endpoint) {
            return sources.getOrDefault(endpoint, LinkStatus.CONFIGURED);
        }
    }

    /** @param addressing the relays and this node's own address */
    public EndpointResolver(Lookup lookup, List<String> endpoints, NodeAddressing addressing) {
        this.lookup = lookup;
        this.relays = addressing.relays();
        this.advertised = addressing.advertise();
        this.configured = List.copyOf(endpoints);
        this.wanted = Wanted.of(relays, configured, found, foundBy);
    }

    /** Replaces the configured endpoints; any thread. */
    public synchronized void endpoints(List<String> changed) {
        configured = List.copyOf(changed);
        change();
    }

    /** Replaces the discovered endpoints; any thread. */
    public synchronized void found(List<String> changed, String source) {
        found = List.copyOf(changed);
        foundBy = source;
        change();
    }

    private void change() {
        Wanted changed = Wanted.of(relays, configured, found, foundBy);
        if (!changed.equals(wanted)) {
            wanted = changed;
            wakeUp.release();
        }
    }

    /** The current result, one element for each address or problem; any thread. */
    public List<ResolvedEndpoint> targets() {
        return targets;
    }

    public void stop() {
        stopped = true;
        wakeUp.release();
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                resolveAll();
            } catch (RuntimeException e) {
                LOG.error("looking up peers failed", e);
            }
            try {
                if (wakeUp.tryAcquire(REFRESH_MILLIS, TimeUnit.MILLISECONDS)) {
                    wakeUp.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Resolves all endpoints once; ends early when the endpoints have changed. */
    void resolveAll() {
        Wanted now = wanted;
        known.keySet().retainAll(now.endpoints());
        advertised.ifPresent(this::resolveOwn);
        // Addresses first: they take no time.
        for (boolean names : new boolean[] {false, true}) {
            for (String endpoint : now.endpoints()) {
                if (isName(endpoint) == names) {
                    note(endpoint, resolve(endpoint, now.sourceOf(endpoint)));
                    publish(now);
                }
                if (stopped || !wanted.equals(now)) {
                    return;
                }
            }
        }
        publish(now);
    }

    /** A name with several addresses may be shared with other nodes, so none of them counts as this node's own. */
    private void resolveOwn(String endpoint) {
        List<ResolvedEndpoint> targets = resolve(endpoint, LinkStatus.CONFIGURED);
        if (targets.size() > 1 && !ownIsShared) {
            LOG.warn("sync.advertise {} stands for several addresses: this node does not know itself by it", endpoint);
        }
        ownIsShared = targets.size() > 1;
        if (targets.size() == 1 && targets.get(0).hasAddress()) {
            own = targets.get(0).address();
        }
    }

    private void note(String endpoint, List<ResolvedEndpoint> found) {
        List<ResolvedEndpoint> before = known.getOrDefault(endpoint, List.of());
        boolean failed = found.stream().noneMatch(ResolvedEndpoint::hasAddress);
        if (failed && !found.equals(before)) {
            LOG.warn("peer {}: {}", endpoint, found.get(0).problem());
        }
        if (!failed || before.stream().noneMatch(ResolvedEndpoint::hasAddress)) {
            known.put(endpoint, found);
        }
    }

    private List<ResolvedEndpoint> resolve(String endpoint, String source) {
        try {
            Endpoint parsed = Endpoint.toConnect(endpoint);
            InetAddress[] all = lookup.addressesOf(parsed.host());
            boolean ipv4 = Arrays.stream(all).anyMatch(Inet4Address.class::isInstance);
            return Arrays.stream(all)
                    // A host with both families would be connected twice.
                    .filter(address -> address instanceof Inet4Address == ipv4)
                    .map(address -> ResolvedEndpoint.of(
                            endpoint, source, new Endpoint(address.getHostAddress(), parsed.port())))
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of(ResolvedEndpoint.problem(endpoint, source, LinkState.INVALID, String.valueOf(e.getMessage())));
        } catch (UnknownHostException e) {
            return List.of(ResolvedEndpoint.problem(endpoint, source, LinkState.UNRESOLVED, "unknown host"));
        }
    }

    private static boolean isName(String endpoint) {
        return !endpoint.matches("tcp://(\\[.*]|[0-9]+(\\.[0-9]+){3}):[^:]*");
    }

    /** Publishes each address once, for the first endpoint that has it. */
    private void publish(Wanted of) {
        Map<String, ResolvedEndpoint> byAddress = new LinkedHashMap<>();
        List<ResolvedEndpoint> problems = new ArrayList<>();
        for (String endpoint : of.endpoints()) {
            for (ResolvedEndpoint target : known.getOrDefault(endpoint, List.of())) {
                if (!target.hasAddress()) {
                    problems.add(target);
                } else if (!target.address().equals(own) && byAddress.size() < SyncConfig.PEERS_MAX) {
                    byAddress.putIfAbsent(target.address(), target);
                }
            }
        }
        List<ResolvedEndpoint> all = new ArrayList<>(byAddress.values());
        all.addAll(problems);
        if (!all.equals(targets)) {
            targets = List.copyOf(all);
        }
    }
}
