package dev.sluice.limits.sharing;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ConcurrencyLimit;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.OperationRateLimit;

/** Which {@link LimitSharing} a limit needs. */
enum SharingKind {
    UNSHARED(UnsharedLimit.class),
    SLOTS(SharedSlots.class),
    TRANSFERS(PacedTransfers.class),
    OPERATIONS(PacedOperations.class),
    ROOM(DividedRoom.class);

    private final Class<? extends LimitSharing> type;

    SharingKind(Class<? extends LimitSharing> type) {
        this.type = type;
    }

    static SharingKind of(Limit limit, ClusterView cluster) {
        if (limit instanceof ConcurrencyLimit) {
            return SLOTS;
        }
        if (limit instanceof ByteRateLimit bytes && bytes.holdsTransfers()) {
            return TRANSFERS;
        }
        if (limit instanceof OperationRateLimit operations && operations.isPaced()) {
            return cluster.tuning(operations).dividesRoom() ? ROOM : OPERATIONS;
        }
        return UNSHARED;
    }

    boolean suits(LimitSharing sharing) {
        return type.isInstance(sharing);
    }

    LimitSharing create(Ledger ledger, ClusterView cluster, long nowNanos) {
        return switch (this) {
            case UNSHARED -> new UnsharedLimit(ledger, nowNanos);
            case SLOTS -> new SharedSlots(ledger, cluster, nowNanos);
            case TRANSFERS -> new PacedTransfers(ledger, cluster, nowNanos);
            case OPERATIONS -> new PacedOperations(ledger, cluster, nowNanos);
            case ROOM -> new DividedRoom(ledger, cluster, nowNanos);
        };
    }
}
