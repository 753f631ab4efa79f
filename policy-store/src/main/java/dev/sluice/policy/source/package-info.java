/** Watches files and swaps in what they hold. */
package dev.sluice.policy.source;
