/**
 * The paths of the admin port and the records that they show. A record is the one description of a response: its
 * components are the JSON keys, its javadoc says what they mean.
 *
 * <pre>
 *   AdminApi.routes(AdminViews) -&gt; GET /ready          -&gt; StatusBody of SidecarHealth or RelayHealth
 *                                  GET /api/v1/usage   -&gt; UsageBody
 *                                  GET /api/v1/peers   -&gt; PeersBody
 *                                  GET /memberlist     -&gt; StatusBody of MembersBody
 * </pre>
 *
 * <p>A new path is a line in {@link dev.sluice.proxy.admin.api.AdminApi}, a method of {@link
 * dev.sluice.proxy.admin.api.AdminViews}, a record, and an example in {@code docs/operations.md}, which a test holds
 * against the real response.
 */
package dev.sluice.proxy.admin.api;
