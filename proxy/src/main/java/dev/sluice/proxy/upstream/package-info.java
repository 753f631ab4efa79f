/** Connections to RGW. */
package dev.sluice.proxy.upstream;
