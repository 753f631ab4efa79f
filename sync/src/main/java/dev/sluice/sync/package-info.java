/**
 * How sidecars tell each other what they have admitted.
 *
 * <p>Each node publishes {@link dev.sluice.sync.Report}s: for every subject the absolute count of what it has admitted
 * in this incarnation. A {@link dev.sluice.sync.Reporter} makes them from the {@link dev.sluice.limits.UsageBook}; a
 * {@link dev.sluice.sync.PeerTable} takes those of others and charges what is new. Absolute counts make loss,
 * repetition and reordering heal by themselves: the next report says it all again.
 *
 * <p>These two are pure: time is an argument, bytes go in and out, so that they run as well over a simulated network.
 * {@link dev.sluice.sync.Bus} runs them over ZeroMQ: one thread owns the publishing socket, one the subscribing
 * sockets and the peer table, a third looks up names; a fourth, where there is
 * a {@link dev.sluice.sync.Discovery}, looks for peers. Others read immutable snapshots.
 */
@NullMarked
package dev.sluice.sync;

import org.jspecify.annotations.NullMarked;
