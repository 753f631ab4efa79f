/** What the connections of one event loop share. */
package dev.sluice.proxy.loop;
