package dev.sluice.sync.discovery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Of names with addresses of both families: which family is used. A node with both would be connected twice. The family that
 * last worked is preferred, IPv4 at first; when all of its addresses fail, the other one is tried. While none of both works,
 * the changes become rarer, up to one a minute: each one has the name looked up again. Time is an argument.
 *
 * <p>Owned by the thread that resolves names, but for {@link #worked} and {@link #failed}.
 */
final class AddressFamilies implements AddressFeedback {
    /** The first change and the one back are free. */
    private static final int FREE_CHANGES = 2;

    private static final long PAUSE_NANOS_MIN = 2_000_000_000L;
    private static final long PAUSE_NANOS_MAX = 60_000_000_000L;

    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    /** Those that have worked since they were last looked at. */
    private final Set<String> working = ConcurrentHashMap.newKeySet();

    private final Map<String, Changes> changes = new HashMap<>();
    private final Map<String, Boolean> isIpv6Preferred = new HashMap<>();
    private volatile boolean hasNewFailure;

    /** How often the family of a name has changed since one of its addresses worked, and when it did so last. */
    private record Changes(int count, long lastNanos) {
        boolean mayFollow(long nowNanos) {
            return count < FREE_CHANGES || nowNanos - lastNanos >= pauseNanos();
        }

        private long pauseNanos() {
            int doublings = Math.min(count - FREE_CHANGES, 10);
            return Math.min(PAUSE_NANOS_MIN << doublings, PAUSE_NANOS_MAX);
        }
    }

    @Override
    public void worked(String address) {
        failing.remove(address);
        working.add(address);
    }

    @Override
    public void failed(String address) {
        if (failing.add(address)) {
            hasNewFailure = true;
        }
    }

    /** Whether an address has begun to fail since the last call. */
    boolean takeNewFailure() {
        boolean taken = hasNewFailure;
        hasNewFailure = false;
        return taken;
    }

    /** Whether an address fails that the name stands for. */
    boolean anyFails(List<ResolvedEndpoint> addresses) {
        return addresses.stream().anyMatch(target -> failing.contains(target.address()));
    }

    /** Forgets all but these addresses. */
    void retain(Set<String> endpoints, Set<String> addresses) {
        isIpv6Preferred.keySet().retainAll(endpoints);
        failing.retainAll(addresses);
        working.retainAll(addresses);
        changes.keySet().retainAll(endpoints);
    }

    /** The addresses of a name that are used: all of one family. */
    List<ResolvedEndpoint> choose(String endpoint, List<ResolvedEndpoint> all, long nowNanos) {
        List<ResolvedEndpoint> ipv4 =
                all.stream().filter(target -> !isIpv6(target)).toList();
        List<ResolvedEndpoint> ipv6 =
                all.stream().filter(AddressFamilies::isIpv6).toList();
        if (ipv4.isEmpty() || ipv6.isEmpty()) {
            return all;
        }
        for (ResolvedEndpoint target : all) {
            if (working.remove(target.address())) {
                changes.remove(endpoint);
            }
        }
        boolean preferred = isIpv6Preferred.getOrDefault(endpoint, false);
        List<ResolvedEndpoint> first = preferred ? ipv6 : ipv4;
        List<ResolvedEndpoint> second = preferred ? ipv4 : ipv6;
        Changes before = changes.getOrDefault(endpoint, new Changes(0, nowNanos));
        if (first.stream().allMatch(target -> failing.contains(target.address())) && before.mayFollow(nowNanos)) {
            changes.put(endpoint, new Changes(before.count() + 1, nowNanos));
            // The other one begins anew. If it fails too, this one follows again.
            second.forEach(target -> failing.remove(target.address()));
            isIpv6Preferred.put(endpoint, !preferred);
            return second;
        }
        return first;
    }

    private static boolean isIpv6(ResolvedEndpoint target) {
        return target.address().startsWith("tcp://[");
    }
}
