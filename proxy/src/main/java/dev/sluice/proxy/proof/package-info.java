/**
 * Proves the access key of a request, so that no client spends the limits of another user.
 *
 * <pre>
 *   RequestHead --&gt; ClaimJudge --- the secret is known ---&gt; SignatureVerifier --&gt; proven or not
 *                        |
 *                        +------ else: ProvenPairs: has RGW accepted this access key from this address?
 *
 *   RGW's response --&gt; ResponseMeaning --&gt; ClaimJudge: the pair is proven, or no longer
 *
 *   RGW's response to STS --&gt; SessionObserver --&gt; IdentityDirectory: whose the session is
 * </pre>
 *
 * <p>Nothing is refused here. A request that is not proven goes to RGW, which decides; what it spends follows from its
 * response. {@link dev.sluice.proxy.proof.RequestClaim} holds what is known of a request in between.
 */
package dev.sluice.proxy.proof;
