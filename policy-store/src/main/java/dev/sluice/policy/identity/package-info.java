/** Maps access keys to users. */
package dev.sluice.policy.identity;
