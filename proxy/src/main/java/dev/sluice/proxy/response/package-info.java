/** Responses that the sidecar writes itself. */
package dev.sluice.proxy.response;
