/** How a node takes part in the exchange of usage. */
package dev.sluice.sync.config;
