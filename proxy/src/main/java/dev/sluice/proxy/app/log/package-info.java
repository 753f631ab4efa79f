/** What a sidecar logs of itself: its start, changes of its limits, and rejections summed up. */
package dev.sluice.proxy.app.log;
