/**
 * What runs: a {@link dev.sluice.proxy.app.Sidecar} or a {@link dev.sluice.proxy.app.Relay}, as a list of parts. Each part
 * starts itself, gets the parts that it needs, and closes itself.
 *
 * <pre>
 *   Housekeeping      one thread for what is done every few seconds
 *   LimiterPart       accounts, limits, owners of access keys
 *   SyncPart          the bus to other sidecars, its keys          | a relay has
 *   PolicyPart        the limits file and what else brings limits  | SyncPart and
 *   RequestPathPart   clients -&gt; gate -&gt; gateway                   | AdminPart only
 *   AdminPart         the admin port, over SidecarViews
 * </pre>
 *
 * <p>They start in this order and close in the opposite one. The views ({@code SidecarViews}, {@code RelayViews}, {@code
 * SyncViews}) read the parts and fill the records of {@code admin.api}. The small classes beside the parts turn settings
 * into what lower packages take ({@code BusConfigMapper}, {@code DiscoveryFactory}, {@code ConnectionBudget}).
 */
package dev.sluice.proxy.app;
