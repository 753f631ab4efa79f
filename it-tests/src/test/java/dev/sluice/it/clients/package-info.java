/**
 * What S3 clients can expect, with and without a sidecar. A subclass of {@link dev.sluice.it.clients.S3ClientContract}
 * runs it against a backend alone, which proves the tests; another runs it through a sidecar.
 */
package dev.sluice.it.clients;
