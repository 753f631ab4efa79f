/**
 * Which reports arrived. A limit whose room is divided must not assume that others know what only left here.
 *
 * <pre>
 *  node A                                        node B
 *  Reporter: report 7, asks for receipts  --x    lost
 *  Reporter: report 8                     ---->  PeerTable: one is missing before it
 *  PeerTable: B lacks what left by then   &lt;----  Reporter: receipt "8 received, one before it lost"
 *  Reporter: repeats those subjects in 9  ---->
 *  RemoteNode: B knows all up to 9        &lt;----  Reporter: receipt "9 received"
 * </pre>
 *
 * <p>A receipt also means that this node knows what B admitted until then: {@link
 * dev.sluice.sync.receipts.PeerReceipts} has the rule, and bounds how often reports are repeated.
 * Reports without such a limit neither ask nor acknowledge.
 */
package dev.sluice.sync.receipts;
