/**
 * Who a request claims to be from, in the places where RGW looks for it. A claim is not proof; RGW checks it.
 *
 * <pre>
 *   Authorization header, else the query of a presigned URL --&gt; AccessKeyParser --&gt; access key; empty: anonymous
 *   the parts of a browser's form before the file           --&gt; FormReader      --&gt; access key
 *   X-Auth-Token                                            --&gt; SwiftToken      --&gt; user
 * </pre>
 */
package dev.sluice.proxy.s3.auth;
