/** Forwards the reports of sidecars to each other. */
package dev.sluice.sync.relay;
