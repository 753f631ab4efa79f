/** One sidecar's exchange under load: the others are imitated by a second process that sends what real ones would. */
package dev.sluice.benchmarks.bus;
