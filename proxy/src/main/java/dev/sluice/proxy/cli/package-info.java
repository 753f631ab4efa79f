/**
 * The command line. It is on top of everything: nothing else knows it.
 *
 * <pre>
 *   Main --- NAME [-c FILE] --------------------&gt; Commands -&gt; ProxyCommand  -&gt; app.Sidecar
 *     '----- all else ---&gt; CommandLineParser ----'            RelayCommand  -&gt; app.Relay
 *                          (picocli)                          CheckCommand, KeygenCommand, ...
 * </pre>
 *
 * <p>{@link dev.sluice.proxy.cli.Commands} is the one table of commands. {@code ClassPreload} and {@code ClassArchiveWarmUp}
 * make a start quick: the former loads libraries while the settings are read, the latter records which classes the JVM
 * should archive.
 */
package dev.sluice.proxy.cli;
