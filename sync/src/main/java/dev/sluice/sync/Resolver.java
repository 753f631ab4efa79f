package dev.sluice.sync;

import dev.sluice.sync.LinkStatus.State;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns configured endpoints into addresses, on a thread of its own: a lookup may hang for many seconds, and ZeroMQ
 * would do it on the thread that moves everyone's messages.
 *
 * <p>Names are looked up again every {@value #REFRESH_MILLIS} ms, so a peer that moved is found. A name keeps its last
 * addresses while lookups fail. What is known is published after each lookup: no endpoint waits for a slow one twice,
 * and addresses wait for none.
 */
final class Resolver implements Runnable {
    static final long REFRESH_MILLIS = 10_000;

    private static final Logger log = LoggerFactory.getLogger(Resolver.class);

    /** Looks up a name; an address is returned as it is. */
    interface Lookup {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final Semaphore wakeUp = new Semaphore(0);
    private final Map<String, List<Target>> known = new HashMap<>();
    private volatile List<String> endpoints;
    private volatile List<Target> targets = List.of();
    private volatile boolean stopped;

    Resolver(Lookup lookup, List<String> endpoints) {
        this.lookup = lookup;
        this.endpoints = List.copyOf(endpoints);
    }

    void endpoints(List<String> changed) {
        endpoints = List.copyOf(changed);
        wakeUp.release();
    }

    /** What is known now, one element for each address or problem; any thread. */
    List<Target> targets() {
        return targets;
    }

    void stop() {
        stopped = true;
        wakeUp.release();
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                resolveAll();
            } catch (RuntimeException e) {
                log.error("looking up peers failed", e);
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

    /** One round; ends early when the endpoints changed meanwhile. */
    void resolveAll() {
        List<String> wanted = endpoints;
        known.keySet().retainAll(wanted);
        // Addresses first: they take no time.
        for (boolean names : new boolean[] {false, true}) {
            for (String endpoint : wanted) {
                if (isName(endpoint) == names) {
                    note(endpoint, resolve(endpoint));
                    publish(wanted);
                }
                if (stopped || endpoints != wanted) {
                    return;
                }
            }
        }
        publish(wanted);
    }

    private void note(String endpoint, List<Target> found) {
        List<Target> before = known.getOrDefault(endpoint, List.of());
        boolean failed = found.stream().noneMatch(Target::hasAddress);
        if (failed && !found.equals(before)) {
            log.warn("peer {}: {}", endpoint, found.get(0).problem());
        }
        if (!failed || before.stream().noneMatch(Target::hasAddress)) {
            known.put(endpoint, found);
        }
    }

    private List<Target> resolve(String endpoint) {
        try {
            Endpoint parsed = Endpoint.toConnect(endpoint);
            InetAddress[] all = lookup.addressesOf(parsed.host());
            boolean ipv4 = Arrays.stream(all).anyMatch(Inet4Address.class::isInstance);
            return Arrays.stream(all)
                    // A host of both families would be heard twice.
                    .filter(address -> address instanceof Inet4Address == ipv4)
                    .map(address -> Target.of(endpoint, new Endpoint(address.getHostAddress(), parsed.port())))
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of(Target.problem(endpoint, State.INVALID, String.valueOf(e.getMessage())));
        } catch (UnknownHostException e) {
            return List.of(Target.problem(endpoint, State.UNRESOLVED, "unknown host"));
        }
    }

    private static boolean isName(String endpoint) {
        return !endpoint.matches("tcp://(\\[.*]|[0-9]+(\\.[0-9]+){3}):[^:]*");
    }

    /** Each address once, whichever endpoint came to it first. */
    private void publish(List<String> wanted) {
        Map<String, Target> byAddress = new LinkedHashMap<>();
        List<Target> problems = new ArrayList<>();
        for (String endpoint : wanted) {
            for (Target target : known.getOrDefault(endpoint, List.of())) {
                if (!target.hasAddress()) {
                    problems.add(target);
                } else if (byAddress.size() < SyncConfig.PEERS_MAX) {
                    byAddress.putIfAbsent(target.address(), target);
                }
            }
        }
        List<Target> all = new ArrayList<>(byAddress.values());
        all.addAll(problems);
        if (!all.equals(targets)) {
            targets = List.copyOf(all);
        }
    }
}
