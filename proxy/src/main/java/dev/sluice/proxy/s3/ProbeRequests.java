package dev.sluice.proxy.s3;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the probes of balancers and orchestrators look like. A probe has no credentials and names no bucket by its Host.
 * Its target is compared as it was sent. A rule for GET holds for HEAD too.
 *
 * <p>A {@code GET /} lists the buckets of nobody, which costs RGW as little as a {@code HEAD /}. It is a probe if its
 * user agent says so, or if it has no Host, as the probes of HAProxy have none in HTTP/1.0.
 */
public final class ProbeRequests {
    /** One kind of probe. */
    record ProbeRule(String method, String target, String userAgentPrefix) {
        private boolean matches(String requestMethod, String requestTarget, HeaderValues headers) {
            boolean sameMethod = method.equals(requestMethod) || (method.equals("GET") && requestMethod.equals("HEAD"));
            return sameMethod
                    && target.equals(requestTarget)
                    && (userAgentPrefix.isEmpty() || headers.last("user-agent").startsWith(userAgentPrefix));
        }
    }

    private final List<ProbeRule> rules;
    private final Set<String> targets;

    /**
     * Makes the rules.
     *
     * @param texts each {@code METHOD TARGET} or {@code METHOD TARGET USER-AGENT-PREFIX}
     * @throws IllegalArgumentException if one has another form
     */
    public ProbeRequests(List<String> texts) {
        rules = texts.stream().map(ProbeRequests::rule).toList();
        targets = rules.stream().map(ProbeRule::target).collect(Collectors.toUnmodifiableSet());
    }

    private static ProbeRule rule(String text) {
        String[] words = text.split(" ", 3);
        if (words.length < 2) {
            throw new IllegalArgumentException("not METHOD TARGET: " + text);
        }
        return new ProbeRule(words[0], words[1], words.length == 2 ? "" : words[2]);
    }

    /** Whether a request without credentials and without a bucket in its Host is a probe. */
    boolean matches(String method, String target, String host, HeaderValues headers) {
        if (target.equals("/") && method.equals("GET") && host.isEmpty()) {
            return true;
        }
        if (!targets.contains(target)) {
            return false;
        }
        for (ProbeRule rule : rules) {
            if (rule.matches(method, target, headers)) {
                return true;
            }
        }
        return false;
    }

    /** The first segments of the probes' paths. */
    Set<String> firstSegments() {
        return targets.stream().map(GatewayRoots::firstSegment).collect(Collectors.toUnmodifiableSet());
    }
}
