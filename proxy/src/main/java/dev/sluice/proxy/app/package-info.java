/** The parts of a sidecar and their wiring. */
package dev.sluice.proxy.app;
