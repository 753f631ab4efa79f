/**
 * The arithmetic of paced sharing: demands in, the share of this node out. Pure functions, and small state that one thread
 * at a time works on. {@code limits.sharing} calls it.
 *
 * <pre>
 *   counts asked for --> DemandEstimate ----+
 *   reports ------------> RemoteDemands ----+--> Share --> ReleaseMode --> Allowance --> tokens, tolerance
 *   admitted, 30 s -----> LoadHistory ------+                                 ^
 *   meter room, charges -> RoomFeedback ---- m -------------------------------+
 * </pre>
 *
 * <p><b>Derivation.</b> N nodes share a limit of L a second. Each receives the counts of the others once in an interval d.
 * <ol>
 *   <li>What a node admits is unknown to the others for delta = d + 10 ms. In that time the limit lets F = max(L delta, 1)
 *       through. Only what is admitted within delta can exceed the limit, so each node's part of it has to be bounded.
 *   <li>Node i has a demand q_i. The max-min level lambda solves sum min(q_i, lambda) = L. The share is s_i = min(q_i, lambda).
 *       While sum q_i &lt;= L, lambda = L and s_i = q_i + (L - sum q) h_i, where h_i is the node's part of the load in the last
 *       30 s. In both cases sum s_i = L. A node counts its own q_i only once the others have received it, because all divide
 *       alike only with equal numbers.
 *   <li>Views differ for delta, so the sum is wrong by a little, and one feedback corrects it. The level v gains L a second
 *       and loses every charge, between -L and G F. m = clamp(v / F, 0, G) is the room in units of F. At m = 1 the room is
 *       what delta needs.
 *   <li>A node runs at min(lambda m, G s_i), with the gain G = 1.8 (2.5 for a bucket), and saves up at most its share of the
 *       room, max(s_i / L max(room, F / 4), 1 + chance). If lambda m or G s_i lets less than one request through in delta,
 *       requests are admitted with the probability m min(1, lambda / q), or one token at a time.
 *   <li>At the last admission the node's meter had room for all it knew. The others admitted the rest within Delta = d, its
 *       jitter and the longest delay: each at most burst_i + G s_i Delta. With C = sum (burst_i + G s_i Delta), a window
 *       admits at most L + F / 2 + C in any second, and a bucket of depth B at most L T + B + C in any time T.
 * </ol>
 *
 * <p><b>Long limits.</b> Where more may be used at once than flows in a second, the room R is divided instead of the rate.
 * <ol>
 *   <li>All nodes know R = L - sum r_j, where r_j is what node j has admitted and reported. A node may admit w R - u at once:
 *       w is its share of R, and u what it admitted since. With equal views sum (w R - u) = R - sum u, which is what is left.
 *   <li>A node takes u as received once a report of each other node has come after its own. What they admitted before is then
 *       charged here, and R is not too large. If a report is lost this only takes longer.
 *   <li>Shares follow the demands, which change while R is used. Two nodes divide at different moments, so a tenth of a part is
 *       left while all is demanded, and none of it while nothing is.
 *   <li>At R &lt; 4 N the operations are counted out: n nodes demand some, each has floor(R / n), and the first R mod n in an order
 *       that all know one more. The order changes every 2 s.
 *   <li>While less than 0.3 requests are expected of all nodes in delta, each may admit one if R is at least 2, or 1 when nothing
 *       is demanded. Up to N - 1 too many are admitted if all do in the same delta.
 *   <li>So any period holds at most L + 1, or L + N - 1 in the last case, while reports are received.
 * </ol>
 *
 * <p><b>Rate quotas.</b> {@link dev.sluice.limits.pacing.TokenRoom} has what they add: calls for many tokens, and all of a quota
 * for the only node that is asked for it.
 *
 * <p>The decision record on paced shares in {@code docs/decisions} has what each piece is worth, and what was tried.
 */
package dev.sluice.limits.pacing;
