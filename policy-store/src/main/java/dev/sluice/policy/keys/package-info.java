/** TLS certificates and CURVE keys, from their files. */
package dev.sluice.policy.keys;
