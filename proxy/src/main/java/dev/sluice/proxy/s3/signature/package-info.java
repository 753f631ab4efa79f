/**
 * Checks the signature (version 4) of a request as RGW does, from its head alone.
 *
 * <pre>
 *   RequestHead --&gt; SignatureFields: credential, signed headers, date, signature
 *                        |   from the Authorization header (AuthorizationForm), or from the query through CanonicalQuery
 *                        v
 *   CanonicalText: method, path, CanonicalQuery, CanonicalHeaders, hash of the body as claimed
 *                        |
 *   SecretKey --&gt; SigningKeys: one key for each secret, day, region and service
 *                        |
 *                        v
 *                  SignatureResult
 * </pre>
 *
 * <p>The canonical form is RGW's ({@code rgw_auth_s3.cc}), not that of AWS: signed headers that are not there are skipped,
 * any region and service is good. Nothing is allocated for a request, and the body is never read: the seed signature of an
 * aws-chunked body is in its head.
 */
package dev.sluice.proxy.s3.signature;
