/** One limit of one subject on this node: its meter, its counters, and the way in which it takes its part of the limit. */
package dev.sluice.limits.sharing;
