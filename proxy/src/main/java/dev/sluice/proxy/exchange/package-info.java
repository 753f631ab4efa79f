/** One request and its response, streamed between a client and RGW. */
package dev.sluice.proxy.exchange;
