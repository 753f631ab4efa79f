/** Addresses, hashes and Z85: what every module needs. JDK only. */
package dev.sluice.common;
