/**
 * The settings of a node for the sync: validated values without behaviour.
 *
 * <pre>
 *  SyncConfig: name, cluster, interval, peers ...
 *    |-- NodeAddressing: advertised address, relays
 *    '-- KeyRing: CURVE keys
 *  Endpoint: tcp://host:port         SyncClocks: where the bus reads the time
 * </pre>
 */
package dev.sluice.sync.config;
