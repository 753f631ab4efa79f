/**
 * The responses that the sidecar writes itself: rejections by limits and errors, in the form of RGW's S3 XML.
 *
 * <pre>
 *   Verdict.Rejected, bucket --+
 *                              +--&gt; ErrorResponses --&gt; head and body in one buffer
 *   ErrorKind -----------------+
 * </pre>
 *
 * <p>Everything that a client reads about a rejection is written in {@link dev.sluice.proxy.response.ErrorResponses}. The
 * time in {@code Retry-After} is the verdict's: its spread is part of it, and nothing is added here.
 */
package dev.sluice.proxy.response;
