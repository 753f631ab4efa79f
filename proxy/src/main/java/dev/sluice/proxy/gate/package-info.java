/** Where a request meets its limits. */
package dev.sluice.proxy.gate;
