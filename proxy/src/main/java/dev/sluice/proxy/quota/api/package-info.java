/**
 * The calls of the quota port: what clients ask of rate and allocation quotas.
 *
 * <pre>
 *   bytes --&gt; CallParser --&gt; QuotaCall --&gt; CallService --&gt; CallResult --&gt; ResultWriter --&gt; bytes
 *                                            | RateQuotas: at once
 *                                            | AllocStore: later
 *
 *   QuotaApi.routes: the paths;  BatchCalls: many calls at once;  JointCalls: all of several, or none
 * </pre>
 */
package dev.sluice.proxy.quota.api;
