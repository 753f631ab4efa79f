/** Users and rate limits that sidecars learn from a real radosgw by its Admin API. */
package dev.sluice.it.rgw;
