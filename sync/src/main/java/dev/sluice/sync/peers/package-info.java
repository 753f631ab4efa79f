/**
 * What was received: from which peer, how long ago, and what of it was charged.
 *
 * <pre>
 *  bytes --&gt; PeerTable: decodes, drops repetitions, finds the incarnation
 *                |--&gt; PeerSources: one node for each link, many behind relays; which came after which
 *                |--&gt; PeerIncarnation: when did its reports come, is it live?
 *                |        '--&gt; PeerUsage: the growth of each count since the last report --&gt; UsageRegistry (limits)
 *                |--&gt; ReportReceipts: which of this node's reports has the peer received?
 *                |--&gt; HistoryReceiver: what was used before this node started
 *                |--&gt; UnreachablePeers: which nodes are live for peers only?
 *                '--&gt; Census: the Membership for the limiter, how many nodes are live, how many are known
 * </pre>
 *
 * <p>{@link dev.sluice.sync.peers.PeerUsage} holds a {@link dev.sluice.sync.peers.ReceivedSubject} for each subject, in
 * a {@link dev.sluice.sync.peers.ReceivedSubjectTable}. {@link dev.sluice.sync.peers.ReceiveClock} leaves out the time
 * in which this process was paused. {@link dev.sluice.sync.peers.ChargeDelays} shows how long a count takes from its
 * admission to its charge here. {@link dev.sluice.sync.peers.PeerLog} logs what changes.
 */
package dev.sluice.sync.peers;
