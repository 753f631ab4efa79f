package dev.sluice.sync.discovery;

import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.config.NodeAddressing;
import dev.sluice.sync.config.SyncConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves endpoints to addresses, on a thread of its own: a look-up may block for many seconds, and ZeroMQ would
 * do it on the thread that moves all messages.
 *
 * <p>Endpoints come from the settings and from a {@link Discovery}. Names are resolved again every {@value
 * #REFRESH_MILLIS} ms, and within about {@value #FAILURE_MILLIS} ms after a connection failed, so a peer with a new address is
 * found. A name keeps its last addresses while look-ups fail. Of one with both families {@link AddressFamilies} chooses one.
 * This node's own advertised address is left out. The result is published after each look-up: no endpoint waits for
 * a slow one twice, and addresses wait for none.
 */
public final class EndpointResolver implements Runnable {
    static final long REFRESH_MILLIS = 5_000;
    static final long FAILURE_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(EndpointResolver.class);

    /** Resolves a name; an address is returned as it is. */
    public interface HostLookup {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    private final HostLookup lookup;
    private final List<String> relays;
    private final Optional<String> advertised;
    private final LongSupplier nanos;
    private final Semaphore wakeUp = new Semaphore(0);
    private final AddressFamilies families = new AddressFamilies();
    private final Map<String, List<ResolvedEndpoint>> known = new HashMap<>();
    private volatile WantedEndpoints wanted;
    private List<String> configured;
    private List<String> discovered = List.of();
    private String discoveredBy = "";
    private String own = "";
    private boolean ownIsShared;
    private volatile List<ResolvedEndpoint> resolved = List.of();
    private volatile boolean stopped;

    /** The endpoints to resolve, each with its source. */
    private record WantedEndpoints(Map<String, String> sources) {
        static WantedEndpoints of(
                List<String> relays, List<String> configured, List<String> discovered, String source) {
            Map<String, String> sources = new LinkedHashMap<>();
            relays.forEach(endpoint -> sources.put(endpoint, LinkStatus.RELAY));
            configured.forEach(endpoint -> sources.putIfAbsent(endpoint, LinkStatus.CONFIGURED));
            discovered.forEach(endpoint -> sources.putIfAbsent(endpoint, source));
            return new WantedEndpoints(Collections.unmodifiableMap(sources));
        }

        Set<String> endpoints() {
            return sources.keySet();
        }

        String sourceOf(String endpoint) {
            return sources.getOrDefault(endpoint, LinkStatus.CONFIGURED);
        }
    }

    /**
     * Creates a resolver that has resolved nothing yet.
     *
     * @param addressing the relays and this node's own address
     * @param nanos the monotonic clock
     */
    public EndpointResolver(HostLookup lookup, List<String> endpoints, NodeAddressing addressing, LongSupplier nanos) {
        this.lookup = lookup;
        this.nanos = nanos;
        this.relays = addressing.relays();
        this.advertised = addressing.advertise();
        this.configured = List.copyOf(endpoints);
        this.wanted = WantedEndpoints.of(relays, configured, discovered, discoveredBy);
    }

    /** Replaces the configured endpoints; any thread. */
    public synchronized void setConfigured(List<String> changed) {
        configured = List.copyOf(changed);
        change();
    }

    /** Replaces the discovered endpoints; any thread. */
    public synchronized void setDiscovered(List<String> changed, String source) {
        discovered = List.copyOf(changed);
        discoveredBy = source;
        change();
    }

    private void change() {
        WantedEndpoints changed = WantedEndpoints.of(relays, configured, discovered, discoveredBy);
        if (!changed.equals(wanted)) {
            wanted = changed;
            wakeUp.release();
        }
    }

    /** The current result, one element for each address or problem; any thread. */
    public List<ResolvedEndpoint> resolved() {
        return resolved;
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
                LOG.error("resolving the peers failed", e);
            }
            try {
                awaitNext();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Until the next time; sooner when the endpoints have changed, or a connection has failed. */
    private void awaitNext() throws InterruptedException {
        for (long waited = 0; waited < REFRESH_MILLIS; waited += FAILURE_MILLIS) {
            if (wakeUp.tryAcquire(FAILURE_MILLIS, TimeUnit.MILLISECONDS)) {
                wakeUp.drainPermits();
                return;
            }
            if (families.takeNewFailure()) {
                return;
            }
        }
    }

    /** Which addresses work; any thread may call it. */
    public AddressFeedback feedback() {
        return families;
    }

    /** Those that fail first: a name server may be slow for others. */
    private List<String> inOrder(Set<String> endpoints) {
        List<String> ordered = new ArrayList<>(endpoints);
        ordered.sort(Comparator.comparing(endpoint -> !families.anyFails(known.getOrDefault(endpoint, List.of()))));
        return ordered;
    }

    /** Resolves all endpoints once; ends early when the endpoints have changed. */
    void resolveAll() {
        WantedEndpoints now = wanted;
        known.keySet().retainAll(now.endpoints());
        advertised.ifPresent(this::resolveOwn);
        // Addresses first: they take no time.
        for (boolean names : new boolean[] {false, true}) {
            for (String endpoint : inOrder(now.endpoints())) {
                if (isName(endpoint) == names) {
                    record(endpoint, resolve(endpoint, now.sourceOf(endpoint)));
                    publish(now);
                }
                if (stopped || !wanted.equals(now)) {
                    return;
                }
            }
        }
        families.retain(
                now.endpoints(),
                known.values().stream()
                        .flatMap(List::stream)
                        .map(ResolvedEndpoint::address)
                        .collect(Collectors.toSet()));
        publish(now);
    }

    /** A name with several addresses may be shared with other nodes, so none of them counts as this node's own. */
    private void resolveOwn(String endpoint) {
        List<ResolvedEndpoint> resolved =
                families.choose(endpoint, resolve(endpoint, LinkStatus.CONFIGURED), nanos.getAsLong());
        if (resolved.size() > 1 && !ownIsShared) {
            LOG.warn(
                    "sync.advertise {} stands for several addresses: this node can't recognise itself by it", endpoint);
        }
        ownIsShared = resolved.size() > 1;
        if (resolved.size() == 1 && resolved.get(0).hasAddress()) {
            own = resolved.get(0).address();
        }
    }

    private void record(String endpoint, List<ResolvedEndpoint> discovered) {
        List<ResolvedEndpoint> before = known.getOrDefault(endpoint, List.of());
        boolean failed = discovered.stream().noneMatch(ResolvedEndpoint::hasAddress);
        if (failed && !discovered.equals(before)) {
            LOG.warn("peer {}: {}", endpoint, discovered.get(0).problem());
        }
        if (!failed || before.stream().noneMatch(ResolvedEndpoint::hasAddress)) {
            known.put(endpoint, discovered);
        }
    }

    private List<ResolvedEndpoint> resolve(String endpoint, String source) {
        try {
            Endpoint parsed = Endpoint.toConnect(endpoint);
            InetAddress[] all = lookup.addressesOf(parsed.host());
            return Arrays.stream(all)
                    .map(address -> ResolvedEndpoint.of(
                            endpoint, source, new Endpoint(address.getHostAddress(), parsed.port())))
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of(
                    ResolvedEndpoint.problem(endpoint, source, LinkState.INVALID, String.valueOf(e.getMessage())));
        } catch (UnknownHostException e) {
            return List.of(ResolvedEndpoint.problem(endpoint, source, LinkState.UNRESOLVED, "unknown host"));
        }
    }

    private static boolean isName(String endpoint) {
        return !endpoint.matches("tcp://(\\[.*]|[0-9]+(\\.[0-9]+){3}):[^:]*");
    }

    private List<ResolvedEndpoint> chosen(String endpoint) {
        return families.choose(endpoint, known.getOrDefault(endpoint, List.of()), nanos.getAsLong());
    }

    /** Publishes each address once, for the first endpoint that has it. */
    private void publish(WantedEndpoints of) {
        Map<String, ResolvedEndpoint> byAddress = new LinkedHashMap<>();
        List<ResolvedEndpoint> problems = new ArrayList<>();
        for (String endpoint : of.endpoints()) {
            for (ResolvedEndpoint target : chosen(endpoint)) {
                if (!target.hasAddress()) {
                    problems.add(target);
                } else if (!target.address().equals(own) && byAddress.size() < SyncConfig.PEERS_MAX) {
                    byAddress.putIfAbsent(target.address(), target);
                }
            }
        }
        List<ResolvedEndpoint> all = new ArrayList<>(byAddress.values());
        all.addAll(problems);
        if (!all.equals(resolved)) {
            resolved = List.copyOf(all);
        }
    }
}
