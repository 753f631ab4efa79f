/**
 * The responses that the sidecar writes itself: rejections by limits and errors, in the form of RGW's S3 XML.
 *
 * <pre>
 *   Verdict.Rejected, bucket --+
 *                              +--&gt; ErrorResponses --&gt; head and body in one buffer
 *   ErrorKind -----------------+
 * </pre>
 *
 * <p>Everything that a client reads about a rejection is written in {@link dev.sluice.proxy.response.ErrorResponses},
 * also the random spread of {@code Retry-After}, which is added there and nowhere else.
 */
package dev.sluice.proxy.response;
