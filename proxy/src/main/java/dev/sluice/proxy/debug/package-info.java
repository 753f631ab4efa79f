/**
 * The reasons behind single requests, for people who look for them: while an operator asks for it, each request of one user,
 * bucket or client is logged with what became of it and why. It ends by itself.
 *
 * <p>{@link dev.sluice.proxy.debug.DebugApi} has the paths, {@link dev.sluice.proxy.debug.RequestDebug} logs. It costs one
 * volatile read a request while nobody asks.
 */
package dev.sluice.proxy.debug;
