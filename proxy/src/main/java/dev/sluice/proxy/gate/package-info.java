/**
 * Where a request meets its limits, before RGW sees it.
 *
 * <pre>
 *   RequestHead --&gt; S3HeadParser: operation, bucket, access key
 *                      |
 *                      v
 *               IdentityDirectory: user and tenant of the access key
 *                      |
 *                      v
 *                  Admission: room in every limit that applies?
 *                      |
 *                      v
 *               GateDecision: Forward, Reject or Wait
 * </pre>
 *
 * <p>Where the head does not say who a request is from, as in a browser's form, the gate asks for the first bytes of the
 * body.
 *
 * <p>A {@link dev.sluice.proxy.gate.Gate} is a function of the head: it returns a decision and calls nobody back. What an
 * admitted request was charged is on its ticket.
 */
package dev.sluice.proxy.gate;
