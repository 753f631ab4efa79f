/** HOCON text with positions, and the problems found in it. */
package dev.sluice.policy.hocon;
