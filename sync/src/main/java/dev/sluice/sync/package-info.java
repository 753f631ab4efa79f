/**
 * The sync of usage between sidecars. {@link dev.sluice.sync.Bus} wires the parts and is all that the sidecar needs.
 *
 * <p>Each node publishes {@link dev.sluice.sync.wire.Report reports}: for every subject the absolute count of what it
 * has admitted in this incarnation, and the demand. The other nodes charge the growth to their own meters. Counts are
 * absolute, so a lost, repeated or reordered report does no harm: the next one has everything.
 *
 * <pre>
 *  limits: UsageRegistry                                          limits: UsageRegistry
 *       | counts, demands                                              ^ charges, demands
 *       v                                                              |
 *  outgoing: Reporter                                             peers: PeerTable
 *       | bytes (wire: ReportCodec)                                    ^ bytes
 *       v                                                              |
 *  zmq: Publisher  ------------ ZeroMQ, one hop or a relay ------  zmq: Subscriber  &lt;-- discovery: addresses
 * </pre>
 *
 * <p>Reports also have sessions of STS, with their users ({@code sessions}).
 *
 * <p>{@code wire}, {@code outgoing} and {@code peers} take time as an argument and have no network, so that the
 * simulator and the tests run them unchanged. {@code zmq} has the sockets and threads. A thread owns its state; others
 * read immutable snapshots.
 */
package dev.sluice.sync;
