/**
 * Envoy's rate limit service, {@code envoy.service.ratelimit.v3}, over the rate quotas: gRPC on HTTP/2, on event loops.
 * Envoy and all that is built on it (Istio, Contour, Emissary) can so use Sluice as their global rate limit service.
 *
 * <pre>
 *   EnvoyServer: sockets, HTTP/2 (Netty's codec)
 *     --&gt; GrpcCall: one stream, one message
 *           --&gt; RateLimitRequest.parse --&gt; DescriptorLimits.decide --&gt; RateLimitAnswer --&gt; bytes
 *                 ProtobufReader             RateQuotas.take             ProtobufWriter
 * </pre>
 *
 * <p>{@code EnvoyDescriptor} says which quota a descriptor means.
 */
@NullMarked
package dev.sluice.proxy.quota.envoy;

import org.jspecify.annotations.NullMarked;
