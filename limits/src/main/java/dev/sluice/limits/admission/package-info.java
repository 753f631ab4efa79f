/**
 * Decides about requests: it finds the accounts of a request's subjects, and charges every limit that applies, or none.
 *
 * <pre>
 *   request --> Admission.admit --> AccountTable --> Account (user, bucket, tenant, total)
 *                    |                                  | one Ledger for each limited dimension
 *                    v                                  v
 *                 Verdict  &lt;------ Ticket: the ledgers that were charged, until the request ends
 *                                    +-- download, upload: TransferBudget
 *
 *   sync    --> limits.usage.UsageRegistry, which Admission implements
 * </pre>
 *
 * <p>Where all limits that have no room say so, the verdict is a {@link dev.sluice.limits.admission.HeldRequest}: it waits in
 * the {@link dev.sluice.limits.sharing.RequestQueue} of one of them, is tried again by whatever thread serves that queue, and
 * hands the outcome over to the thread of its connection. {@link dev.sluice.limits.admission.Holding} bounds and counts all of
 * them.
 *
 * <p>{@link dev.sluice.limits.admission.TokenAdmission} does for calls to rate quotas what {@code Admission} does for requests,
 * on the same accounts: a {@link dev.sluice.limits.admission.TokenCharge} has what a call takes.
 *
 * <p>The table of accounts is bounded. {@code FrequencySketch} decides which newcomer is worth the place of an idle account.
 */
package dev.sluice.limits.admission;
