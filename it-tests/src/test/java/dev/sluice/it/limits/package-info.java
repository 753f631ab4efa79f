/** Limits on several sidecars before real gateways: operations, bytes, and radosgw's own limiter behind them. */
package dev.sluice.it.limits;
