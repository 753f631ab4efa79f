package dev.sluice.sync.discovery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Of names with addresses of both families: which family is used. A node with both would be connected twice. The family that
 * last worked is preferred, IPv4 at first; when all of its addresses fail, the other one is tried.
 *
 * <p>Owned by the thread that resolves names, but for {@link #worked} and {@link #failed}.
 */
final class AddressFamilies implements AddressFeedback {
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Map<String, Boolean> isIpv6Preferred = new HashMap<>();
    private volatile boolean hasNewFailure;

    @Override
    public void worked(String address) {
        failing.remove(address);
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
    }

    /** The addresses of a name that are used: all of one family. */
    List<ResolvedEndpoint> choose(String endpoint, List<ResolvedEndpoint> all) {
        List<ResolvedEndpoint> ipv4 =
                all.stream().filter(target -> !isIpv6(target)).toList();
        List<ResolvedEndpoint> ipv6 =
                all.stream().filter(AddressFamilies::isIpv6).toList();
        if (ipv4.isEmpty() || ipv6.isEmpty()) {
            return all;
        }
        boolean preferred = isIpv6Preferred.getOrDefault(endpoint, false);
        List<ResolvedEndpoint> first = preferred ? ipv6 : ipv4;
        List<ResolvedEndpoint> second = preferred ? ipv4 : ipv6;
        if (first.stream().noneMatch(target -> !failing.contains(target.address()))) {
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
