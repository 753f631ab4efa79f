package dev.sluice.proxy.debug;

import java.util.Optional;

/**
 * What {@code /api/v1/debug} shows.
 *
 * @param requests of which user, bucket or client requests are logged; empty: of none
 * @param remainingSeconds until it ends; empty: it is off
 * @param logged lines since it was switched on
 * @param notLogged requests that matched and were left out, because there were too many
 */
record DebugBody(String node, String requests, Optional<Double> remainingSeconds, long logged, long notLogged) {
    static DebugBody of(String node, Optional<DebugRule> rule, long nowNanos, long logged, long notLogged) {
        return new DebugBody(
                node,
                rule.map(DebugRule::text).orElse(""),
                rule.map(on -> (on.untilNanos() - nowNanos) / 1e9),
                logged,
                notLogged);
    }
}
