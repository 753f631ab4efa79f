/** Meters count what the cluster has used of one limit, and say whether there is room. */
package dev.sluice.limits.meter;
