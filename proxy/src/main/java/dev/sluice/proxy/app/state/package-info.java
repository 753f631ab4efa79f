/**
 * The state file: what the limits have used, and the sessions of STS, across restarts. {@link dev.sluice.proxy.app.state.StateFile} reads and writes
 * bytes, {@link dev.sluice.proxy.app.state.StateFilePart} has the thread and decides when. The format is that of {@link
 * dev.sluice.sync.history.SavedUsage}.
 */
package dev.sluice.proxy.app.state;
