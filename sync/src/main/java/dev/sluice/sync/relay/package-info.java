/**
 * A relay forwards the reports of sidecars that can't connect to each other. It is the same bus with two parts replaced.
 *
 * <pre>
 *  zmq: Subscriber --&gt; PeerTable with RelayUsageRegistry (charges nothing)
 *         '--&gt; RelayQueue --&gt; zmq: Publisher
 * </pre>
 */
package dev.sluice.sync.relay;
