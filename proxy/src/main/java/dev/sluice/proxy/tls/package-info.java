/**
 * TLS on either side of the proxy: contexts from what the settings name, and the certificate as it changes. Nothing of
 * this package is loaded where there is no TLS.
 */
package dev.sluice.proxy.tls;
