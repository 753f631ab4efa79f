/** Finds the address of a client: PROXY protocol, X-Forwarded-For, trusted proxies. */
package dev.sluice.proxy.clientaddress;
