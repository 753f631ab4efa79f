/**
 * What an S3 request does, read from its head: API, operation class, bucket, claimed access key. Pure functions; nothing
 * here knows Netty or does I/O.
 *
 * <pre>
 *   RequestHead --&gt; S3HeadParser --(not the common form)--&gt; S3RequestParser
 *                        |                                    |
 *                        +-------------&gt; S3Request &lt;----------+
 *   body of a DeleteObjects request --&gt; DeleteListCounter --&gt; number of objects
 * </pre>
 *
 * <p>The rules mirror RGW's ({@code rgw_rest.cc}, {@code rgw_rest_s3.cc}, {@code rgw_auth_s3.cc}): if RGW found another
 * bucket or key than this package, a client could evade a limit.
 */
package dev.sluice.proxy.s3;
