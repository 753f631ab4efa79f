/**
 * What sidecars report of themselves, between the sync and the live view: the last of each, sealed texts, and counts that come
 * from time to time.
 */
package dev.sluice.proxy.admin.live.activity;
