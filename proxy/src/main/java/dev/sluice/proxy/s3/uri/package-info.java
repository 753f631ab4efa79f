/**
 * Request targets as RGW reads them: percent escapes and query parameters.
 *
 * <pre>
 *   /bucket/key       --&gt; PercentDecoder.path
 *   ?name=value&amp;name --&gt; QueryString: operation parameters and the claimed access key
 * </pre>
 */
package dev.sluice.proxy.s3.uri;
