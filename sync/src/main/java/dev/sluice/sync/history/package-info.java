/**
 * What a node that has just started learns of the past. Time and bytes go in and out; there is no socket and no file here.
 *
 * <pre>
 *  Reporter --&gt; HistorySender: parts of what this node knows, after its entries ---- bus ----&gt; PeerTable
 *                    ^                                                                            |
 *                    | who asks? am I one of the senders?                                         v
 *                    +------------------------------------------------------------------- HistoryReceiver
 *                                                                                                 |
 *  SavedUsage: the bytes of the state file &lt;----------------- UsageRegistry (limits) &lt;------ restore
 * </pre>
 *
 * <p>A history is what the whole cluster used of a limit. So a node needs no name, address or key to find its own former
 * counts: they are in what the others know.
 */
package dev.sluice.sync.history;
