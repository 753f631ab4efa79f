package dev.sluice.limits.sharing;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ConcurrencyLimit;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Sharing;

/** Which {@link LimitSharing} a limit needs. */
enum SharingKind {
    UNSHARED(UnsharedLimit.class),
    SLOTS(SharedSlots.class),
    TRANSFERS(PacedTransfers.class),
    OPERATIONS(PacedOperations.class),
    ROOM(DividedRoom.class),
    ROOM_OF_TRANSFERS(DividedTransfers.class);

    private final Class<? extends LimitSharing> type;

    SharingKind(Class<? extends LimitSharing> type) {
        this.type = type;
    }

    static SharingKind of(Limit limit, ClusterView cluster) {
        if (limit instanceof ConcurrencyLimit) {
            return SLOTS;
        }
        if (limit instanceof ByteRateLimit bytes && bytes.holdsTransfers()) {
            return isDivided(bytes, cluster) ? ROOM_OF_TRANSFERS : TRANSFERS;
        }
        if (limit instanceof OperationRateLimit operations && operations.isPaced()) {
            return cluster.tuning(operations).dividesRoom() ? ROOM : OPERATIONS;
        }
        return UNSHARED;
    }

    private static boolean isDivided(ByteRateLimit bytes, ClusterView cluster) {
        return bytes.rate().sharing() == Sharing.PACED && cluster.tuning(bytes).dividesRoom();
    }

    boolean suits(LimitSharing sharing) {
        return type == sharing.getClass();
    }

    LimitSharing create(Ledger ledger, ClusterView cluster, long nowNanos) {
        return switch (this) {
            case UNSHARED -> new UnsharedLimit(ledger, nowNanos);
            case SLOTS -> new SharedSlots(ledger, cluster, nowNanos);
            case TRANSFERS -> new PacedTransfers(ledger, cluster, nowNanos);
            case OPERATIONS -> new PacedOperations(ledger, cluster, nowNanos);
            case ROOM -> DividedRoom.ofOperations(ledger, cluster, nowNanos);
            case ROOM_OF_TRANSFERS -> new DividedTransfers(ledger, cluster, nowNanos);
        };
    }
}
