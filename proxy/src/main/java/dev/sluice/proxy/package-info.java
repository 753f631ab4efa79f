/**
 * The sidecar. Each package tells a part of its story:
 *
 * <pre>
 *   cli            the command line
 *   app            the parts of a sidecar and their wiring
 *   admin          the admin port: its server, API and metrics
 *   downstream     clients and their connections; gives each request to
 *   gate           ... its limits, and then to
 *   exchange       ... one request with its response, on
 *   upstream       ... a connection to RGW
 *   s3, http1      what a request does; the syntax of messages
 *   clientaddress  where a request comes from
 *   response       responses that the sidecar writes itself
 *   tls            TLS on either side
 *   loop           what the connections of one event loop share
 * </pre>
 */
package dev.sluice.proxy;
