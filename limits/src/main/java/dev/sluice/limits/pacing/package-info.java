/** The arithmetic of paced sharing: demands in, the share of this node out. Pure functions and small state. */
package dev.sluice.limits.pacing;
