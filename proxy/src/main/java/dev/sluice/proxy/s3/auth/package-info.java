/**
 * Who a request claims to be from: its access key, in the places where RGW looks for it. A claim is not proof; the
 * signature is checked by RGW.
 *
 * <pre>
 *   Authorization header, else the query of a presigned URL --&gt; AccessKeyParser --&gt; access key; empty: anonymous
 * </pre>
 */
package dev.sluice.proxy.s3.auth;
