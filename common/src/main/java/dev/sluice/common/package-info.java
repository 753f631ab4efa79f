/**
 * What every module may need: addresses ({@link dev.sluice.common.IpAddress}, {@link dev.sluice.common.IpRange}, {@link
 * dev.sluice.common.HostPort}), a keyed hash, the encoding of ZeroMQ's keys, and maps of very many strings in little
 * memory ({@link dev.sluice.common.CompactMap}). Needs the JDK only, and knows no configuration: how addresses are parsed for an operator, with hints, is in {@code dev.sluice.policy.settings}.
 */
package dev.sluice.common;
