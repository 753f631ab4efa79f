/** The metrics of a sidecar. */
package dev.sluice.proxy.admin.metrics;
