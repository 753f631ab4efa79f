/** Connections of clients. */
package dev.sluice.proxy.downstream;
