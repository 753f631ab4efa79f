/**
 * The records of the live stream: their components are the JSON keys, and {@code docs/live.md} says what they mean.
 */
package dev.sluice.proxy.admin.live.body;
