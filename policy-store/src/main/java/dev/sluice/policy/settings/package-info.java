/** Reads sluice.conf and relay.conf. */
package dev.sluice.policy.settings;
