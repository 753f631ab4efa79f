package dev.sluice.proxy.replay;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Scope;

/**
 * What one limit would have done to the requests of one user.
 *
 * @param user empty: without credentials
 * @param scope whose limit it is
 * @param subject likewise; empty where the scope has only one
 * @param limit as in the limits file
 * @param onExceed what becomes of requests beyond it: of a shadow limit the rejections are those that it would have if it
 *     were enforced
 * @param entry that sets it, as in the limits file
 * @param origin where it is set
 * @param rejected requests
 * @param bytes of the bodies of these, both ways
 * @param userRequests all of the user in the log
 * @param first UTC, when the first of them came
 * @param last likewise
 * @param worstMinute the minute with most of them
 * @param worstMinuteRejected how many that were
 */
record ReplayRow(
        String user,
        Scope scope,
        String subject,
        Dimension dimension,
        String limit,
        OnExceed.Action onExceed,
        String entry,
        String origin,
        long rejected,
        long bytes,
        long userRequests,
        String first,
        String last,
        String worstMinute,
        long worstMinuteRejected) {}
