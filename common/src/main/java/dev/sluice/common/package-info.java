/**
 * What every module may need: addresses ({@link dev.sluice.common.IpAddress}, {@link dev.sluice.common.IpRange}, {@link
 * dev.sluice.common.HostPort}), a keyed hash, and the encoding of ZeroMQ's keys. Needs the JDK only, and knows no
 * configuration: how addresses are parsed for an operator, with hints, is in {@code dev.sluice.policy.hocon}.
 */
package dev.sluice.common;
