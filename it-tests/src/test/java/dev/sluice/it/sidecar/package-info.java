/** One sidecar as a process: its start and end, its bounds, TLS, client addresses, and discovery of peers. */
package dev.sluice.it.sidecar;
