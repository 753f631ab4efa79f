package dev.sluice.limits.admission;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.sharing.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * A request whose access key only RGW can check. It is charged to no user before RGW serves
 * it; what RGW refuses is charged to the address that it came from.
 *
 * @param identity the user that it claims; exempt: only the limit of the address holds
 * @param bucket {@code name} or {@code tenant:name}; empty: none
 * @param other the user that it claims if it is read in another way; {@link Identity#NOBODY}: nobody else
 * @param otherBucket its bucket in that reading
 * @param address the client's, or the network that the address counts as
 */
public record UnprovenRequest(
        Identity identity,
        String bucket,
        Identity other,
        String otherBucket,
        OperationClass operation,
        String address) {
    /** A request that is read in one way. */
    public UnprovenRequest(Identity identity, String bucket, OperationClass operation, String address) {
        this(identity, bucket, Identity.NOBODY, bucket, operation, address);
    }

    @Nullable
    Ledger refusing(RequestSubjects subjects, int ahead, long nowNanos) {
        Ledger refusing = subjects.refusingUnproven(address, operation, nowNanos);
        if (refusing != null || identity.isExempt()) {
            return refusing;
        }
        refusing = subjects.refusing(identity, bucket, operation, ahead, nowNanos);
        boolean hasOther = !other.equals(Identity.NOBODY) || !otherBucket.equals(bucket);
        return refusing == null && hasOther
                ? subjects.refusing(other, otherBucket, operation, ahead, nowNanos)
                : refusing;
    }

    /** What the limits of either reading may do to it. */
    Strictness strictness(RequestSubjects subjects) {
        return subjects.strictness(identity, bucket, address, operation)
                .or(subjects.strictness(other, otherBucket, address, operation));
    }

    /** What holds it before the response: the total is charged, and its address once it is not served. */
    RequestSubjects.Selection before(RequestSubjects subjects, boolean isAddressHeld) {
        return new RequestSubjects.Selection() {
            @Override
            public void consider(Ticket ticket, long nowNanos) {
                if (!identity.isExempt()) {
                    subjects.considerTotal(operation, ticket, nowNanos);
                }
            }

            @Override
            public void admitted(Ticket ticket, long nowNanos) {
                if (isAddressHeld) {
                    int from = ticket.count();
                    subjects.considerUnproven(address, operation, ticket, nowNanos);
                    ticket.chargeUnlessServed(from, nowNanos);
                }
            }
        };
    }

    void consider(RequestSubjects subjects, Ticket ticket, long nowNanos) {
        if (!identity.isExempt()) {
            subjects.considerNamed(identity, bucket, operation, ticket, nowNanos);
            subjects.considerOther(other, otherBucket, identity, bucket, operation, ticket, nowNanos);
        }
    }
}
