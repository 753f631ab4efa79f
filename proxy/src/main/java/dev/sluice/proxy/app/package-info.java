/**
 * What runs: a {@link dev.sluice.proxy.app.Sidecar}, a {@link dev.sluice.proxy.app.Relay} or a {@link
 * dev.sluice.proxy.app.QuotaService}, as a list of parts. Each part starts itself, gets the parts that it needs, and closes itself.
 *
 * <pre>
 *   Housekeeping      one thread for what is done every few seconds
 *   RgwPart           users and limits from RGW's Admin API
 *   QuotaPart         quotas, if they are on: files, store, and last of all the port
 *   LimiterPart       accounts, limits, owners of access keys
 *   SyncPart          the bus to other sidecars, its keys          | a relay has
 *   PolicyPart        the limits file and what else brings limits  | SyncPart and
 *   RequestPathPart   clients -&gt; gate -&gt; gateway                   | AdminPart only
 *   AdminPart         the admin port, over SidecarViews
 * </pre>
 *
 * <p>They start in this order and close in the opposite one. {@code SyncPart} has a package of its own, {@code app.sync}.
 * The views ({@code SidecarViews}, {@code RelayViews}) read the parts and fill the records of {@code admin.api}. {@code
 * RejectionLog} and {@code BoundsLog} write summary lines; {@code UpstreamProbe} of {@code app.gateway} connects to the gateway.
 */
package dev.sluice.proxy.app;
