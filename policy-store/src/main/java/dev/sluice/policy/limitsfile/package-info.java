/** Reads limits.conf. */
package dev.sluice.policy.limitsfile;
