/**
 * Commands that talk to the admin port of running sidecars.
 *
 * <pre>
 *   cli.Commands -&gt; ExplainCommand, ClusterLimitsCommand -&gt; AdminHttpClient -&gt; HTTP -&gt; admin.limits of a sidecar
 *                                                 -&gt; TextTable   -&gt; the terminal
 * </pre>
 *
 * <p>A response is read as maps, not as records: a sidecar of another release may have other keys.
 */
package dev.sluice.proxy.client;
