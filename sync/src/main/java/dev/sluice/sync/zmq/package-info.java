/**
 * The sockets and threads of the bus, on JeroMQ.
 *
 * <pre>
 *  SyncThread "sluice-publisher"                     SyncThread "sluice-subscriber"
 *    Publisher: one XPUB socket                        Subscriber: waits by SocketPoller
 *      |-- ReportSource: what to send                    |-- PeerLink per address: a SUB socket, made again if needed
 *      '-- ZapAuthenticator: who may subscribe           |       '-- LinkEvents from ZeroMQ's thread
 *                                                        '-- PeerTable: takes the bytes
 * </pre>
 *
 * <p>A failure ends no thread: {@link dev.sluice.sync.zmq.SyncThread} closes the sockets and opens them again. Each
 * thread has a {@link dev.sluice.sync.zmq.SocketContext} of its own, and in it an {@link dev.sluice.sync.zmq.IoProbe}
 * that notices when ZeroMQ's own thread hangs. {@link dev.sluice.sync.zmq.BoundedAllocator} bounds what unauthenticated
 * clients can make it allocate.
 */
package dev.sluice.sync.zmq;
