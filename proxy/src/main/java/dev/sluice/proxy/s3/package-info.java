/**
 * What a request does, read from its head: API, operation class, bucket, claimed access key. Pure functions; nothing here
 * knows Netty or does I/O.
 *
 * <pre>
 *   RequestHead --&gt; S3HeadParser --(not the common form)--&gt; S3RequestParser --&gt; GatewayRequest:
 *                        |                                                        S3Request
 *                        +--&gt; S3Request                                           SwiftRequest
 *                                                                                 S3InSwiftPath: one or the other
 *                                                                                 WebIdentityRequest: a token or S3
 *                                                                                 FormRequest: the body says who it is
 *                                                                                 ExemptRequest: not limited
 *   GatewayLayout: domains of buckets, roots of APIs, probes
 *   body of a DeleteObjects request --&gt; DeleteListCounter --&gt; number of objects
 * </pre>
 *
 * <p>The rules mirror RGW's ({@code rgw_rest.cc}, {@code rgw_rest_s3.cc}, {@code rgw_rest_swift.cc}, {@code
 * rgw_auth_s3.cc}): if RGW found another user, bucket or operation than this package, a client could evade a limit. The
 * ops logs of two releases are the proof ({@code docs/http.md}).
 */
package dev.sluice.proxy.s3;
