/** What was received: from which peer, how long ago, and what of it was charged. */
package dev.sluice.sync.peers;
