package dev.sluice.limits.model;

/**
 * One limit: {@code amount} per period, for the whole cluster.
 *
 * @param amount operations, bytes or concurrent requests; 0 admits nothing
 * @param periodNanos the period of a rate, 1 s to 1 h; 0 for a gauge, which has none
 * @param meter what the rate means; ignored by a gauge
 * @param sharing how nodes share it; {@link MeterAlgorithm#SEED} and gauges are never paced
 * @param burst depth of a {@link MeterAlgorithm#BUCKET}, in the unit of {@code amount}, at least 1; other meters ignore it
 * @param bytes what becomes of transfers beyond it, where it counts bytes
 */
public record Limit(
        long amount,
        long periodNanos,
        MeterAlgorithm meter,
        long burst,
        OnExceed onExceed,
        Sharing sharing,
        ByteEnforcement bytes) {
    /** The largest amount: leaves the meters' arithmetic headroom: they count in 46 bits. */
    public static final long MAX_AMOUNT = 1L << 45;

    public static final long SECOND_NANOS = 1_000_000_000L;
    public static final long MAX_PERIOD_NANOS = 3600 * SECOND_NANOS;

    public Limit {
        if (amount < 0 || amount > MAX_AMOUNT) {
            throw new IllegalArgumentException("amount must be 0 to 2^45, not " + amount);
        }
        if (periodNanos != 0 && (periodNanos < SECOND_NANOS || periodNanos > MAX_PERIOD_NANOS)) {
            throw new IllegalArgumentException("period must be 1 s to 1 h, not " + periodNanos + " ns");
        }
        if (burst < 1 || burst > MAX_AMOUNT) {
            throw new IllegalArgumentException("burst must be 1 to 2^45, not " + burst);
        }
    }

    /** A limit that paces transfers if it counts bytes. */
    public Limit(long amount, long periodNanos, MeterAlgorithm meter, long burst, OnExceed onExceed, Sharing sharing) {
        this(amount, periodNanos, meter, burst, onExceed, sharing, ByteEnforcement.PACE);
    }

    /** A limit that is shared in paced parts. */
    public Limit(long amount, long periodNanos, MeterAlgorithm meter, long burst, OnExceed onExceed) {
        this(amount, periodNanos, meter, burst, onExceed, Sharing.PACED);
    }

    /** A rate whose burst is one period's worth. */
    public static Limit rate(long amount, long periodNanos, MeterAlgorithm meter) {
        return new Limit(amount, periodNanos, meter, Math.max(1, amount), OnExceed.REJECT);
    }

    /** {@code amount} a second. */
    public static Limit perSecond(long amount, MeterAlgorithm meter) {
        return rate(amount, SECOND_NANOS, meter);
    }

    /** At most {@code amount} requests in flight. */
    public static Limit concurrent(long amount) {
        return new Limit(amount, 0, MeterAlgorithm.WINDOW, 1, OnExceed.REJECT);
    }

    public Limit with(OnExceed newOnExceed) {
        return new Limit(amount, periodNanos, meter, burst, newOnExceed, sharing, bytes);
    }

    public Limit with(Sharing newSharing) {
        return new Limit(amount, periodNanos, meter, burst, onExceed, newSharing, bytes);
    }

    public Limit with(ByteEnforcement newBytes) {
        return new Limit(amount, periodNanos, meter, burst, onExceed, sharing, newBytes);
    }

    /** Whether nodes are held to shares of it, request by request. */
    public boolean pacesRequests(Dimension dimension) {
        return sharing == Sharing.PACED
                && meter != MeterAlgorithm.SEED
                && amount > 0
                && dimension.unit() == Dimension.Unit.OPERATIONS;
    }

    /** Whether transfers wait for it. One that only shadows holds nobody. */
    public boolean holdsTransfers(Dimension dimension) {
        return dimension.unit() == Dimension.Unit.BYTES
                && bytes == ByteEnforcement.PACE
                && meter != MeterAlgorithm.SEED
                && amount > 0
                && onExceed == OnExceed.REJECT;
    }

    /** The part of it that is for the nodes that hear each other, or for one alone where it doesn't look at others. */
    public double fraction(Membership membership) {
        return switch (sharing) {
            case PACED, NONE -> meter == MeterAlgorithm.SEED ? 1 : membership.fraction();
            case STATIC -> 1.0 / membership.known();
            case LOCAL -> 1;
        };
    }

    /** A part of it, but at least 1 of what is more than nothing. */
    public Limit part(double fraction) {
        if (fraction == 1 || amount == 0) {
            return this;
        }
        long part = Math.max(1, Math.round(amount * fraction));
        return new Limit(part, periodNanos, meter, Math.max(1, Math.round(burst * fraction)), onExceed, sharing, bytes);
    }

    /** As it stands in the limits file: {@code 200/s}, {@code 600/min}; a plain number for a gauge. */
    public String text() {
        if (periodNanos == 0) {
            return Long.toString(amount);
        }
        if (periodNanos == SECOND_NANOS) {
            return amount + "/s";
        }
        if (periodNanos == 60 * SECOND_NANOS) {
            return amount + "/min";
        }
        if (periodNanos == MAX_PERIOD_NANOS) {
            return amount + "/h";
        }
        return amount + "/" + periodNanos / 1_000_000 + "ms";
    }
}
