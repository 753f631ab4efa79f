/** Faults of sidecars and of the network between them, injected from outside, and how the limits are held meanwhile. */
package dev.sluice.it.faults;
