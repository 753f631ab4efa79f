/**
 * What all connections of one event loop share: its clock and tasks, the kind of sockets, buffers for input, bounds on
 * reads, and the state of a drain. A connection lives on one event loop, so nothing here needs a lock.
 *
 * <pre>
 *   Transport --- event loops and sockets (epoll or NIO)
 *       |
 *   LoopContext -- one per event loop: clock, tasks, ProxyCounters
 *       |
 *   socket -- ReadSizes within the ReadBudget --&gt; InputBuffer --&gt; ... --&gt; PendingWrites --&gt; socket
 * </pre>
 *
 * <p>Bounds: one read brings at most 1 MiB ({@link dev.sluice.proxy.loop.ReadBudget}), and a channel with more than 16
 * KiB of pending writes is not written to until half of them have left ({@link dev.sluice.proxy.loop.Transport}).
 */
package dev.sluice.proxy.loop;
