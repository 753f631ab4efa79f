/**
 * Request targets as RGW reads them: percent escapes and query parameters.
 *
 * <pre>
 *   /bucket/key?name=value --&gt; PercentDecoder.path, QueryString.value
 * </pre>
 */
package dev.sluice.proxy.s3.uri;
