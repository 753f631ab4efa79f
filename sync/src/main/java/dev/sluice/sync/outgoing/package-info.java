/** What a sidecar sends, and when. */
package dev.sluice.sync.outgoing;
