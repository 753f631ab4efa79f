/** Uploads and signed requests of unusual forms, and large bodies: every byte passes a sidecar unchanged. */
package dev.sluice.it.bodies;
