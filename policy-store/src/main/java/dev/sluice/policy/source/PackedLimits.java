package dev.sluice.policy.source;

import dev.sluice.common.CompactMap;
import dev.sluice.common.CompactStrings;
import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.ConcurrencyLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.OperationRateLimit.ListedObjects;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Sharing;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The limits of many subjects as bytes, some ten for each limit. A limit as objects takes ten times as much, and a garbage
 * collector would have to visit half a million of them, which stops all requests for a tenth of a second. A set becomes
 * objects when it is asked for: once for each subject that comes into use.
 *
 * <pre>
 *   set:   dimensions (a bit for each), and for each limit in their order:
 *   limit: amount, action | maximum wait, for a rate also: period, meter | burst, sharing, for bytes also: enforcement,
 *          for operations also: what a request counts that lists objects
 * </pre>
 *
 * <p>All are numbers of seven bits a byte. Immutable once built.
 */
public final class PackedLimits {
    private static final int MORE = 0x80;
    private static final int BITS = 7;
    private static final int NUMBER_BYTES_MAX = 10;
    /** A set with a limit in each dimension, generously. */
    private static final int SET_BYTES_MAX = 4 * NUMBER_BYTES_MAX * Dimension.count();

    private static final MeterAlgorithm[] METERS = MeterAlgorithm.values();
    private static final Sharing[] SHARINGS = Sharing.values();
    private static final OnExceed.Action[] ACTIONS = OnExceed.Action.values();
    private static final ByteEnforcement[] ENFORCEMENTS = ByteEnforcement.values();
    private static final ListedObjects[] LISTED_OBJECTS = ListedObjects.values();

    private final byte[] bytes;
    /** By the number of a subject: where its set begins. Equal sets may be the same. */
    private final int[] places;

    private PackedLimits(byte[] bytes, int[] places) {
        this.bytes = bytes;
        this.places = places;
    }

    /** Collects the limits of subjects by their names. Belongs to one thread. */
    public static final class Builder {
        /** Sets that are remembered, to find equal ones: most entries of a large file have the limits of another. */
        private static final int KEPT_MAX = 10_000;

        private final CompactStrings names = new CompactStrings();
        private final Map<LimitSet, Integer> known = new HashMap<>();
        private byte[] bytes = new byte[SET_BYTES_MAX];
        private int used;
        private int[] places = new int[16];

        /** Adds a subject, or replaces its limits. */
        public void put(CharSequence name, LimitSet limits) {
            int number = names.add(name);
            if (number == places.length) {
                places = Arrays.copyOf(places, number + (number >> 1));
            }
            Integer place = known.get(limits);
            places[number] = place != null ? place : pack(limits);
        }

        /** The number that a subject has in the map; -1 if it isn't there. */
        public int number(CharSequence name) {
            return names.find(name);
        }

        /** How many bytes the limits take, without the names. */
        public long bytes() {
            return used;
        }

        /** The map; the builder must not be used any more. */
        public CompactMap<LimitSet> build() {
            names.trim();
            PackedLimits packed = new PackedLimits(Arrays.copyOf(bytes, used), Arrays.copyOf(places, names.size()));
            return CompactMap.of(names, packed::get);
        }

        private int pack(LimitSet limits) {
            if (bytes.length - used < SET_BYTES_MAX) {
                bytes = Arrays.copyOf(bytes, bytes.length + (bytes.length >> 1));
            }
            int place = used;
            if (known.size() < KEPT_MAX) {
                known.put(limits, place);
            }
            int dimensions = 0;
            for (int i = 0; i < Dimension.count(); i++) {
                dimensions |= limits.get(Dimension.at(i)) == null ? 0 : 1 << i;
            }
            number(dimensions);
            for (int i = 0; i < Dimension.count(); i++) {
                Limit limit = limits.get(Dimension.at(i));
                if (limit != null) {
                    pack(limit);
                }
            }
            return place;
        }

        private void pack(Limit limit) {
            number(limit.amount());
            number(limit.onExceed().action().ordinal());
            if (limit.onExceed().mayWait()) {
                number(limit.onExceed().maxWaitNanos());
            }
            if (limit instanceof RateLimit rate) {
                number(rate.periodNanos());
                MeterAlgorithm meter = rate.rate().algorithm().name();
                number(meter.ordinal());
                if (meter == MeterAlgorithm.BUCKET) {
                    number(rate.capacity());
                }
                number(rate.rate().sharing().ordinal());
            }
            if (limit instanceof ByteRateLimit byteLimit) {
                number(byteLimit.enforcement().ordinal());
            }
            if (limit instanceof OperationRateLimit operationLimit) {
                number(operationLimit.listedObjects().ordinal());
            }
        }

        private void number(long value) {
            long left = value;
            while (left >= MORE) {
                bytes[used++] = (byte) (left | MORE);
                left >>>= BITS;
            }
            bytes[used++] = (byte) left;
        }
    }

    private LimitSet get(int number) {
        Unpacking unpacking = new Unpacking(bytes, places[number]);
        int dimensions = (int) unpacking.number();
        if (dimensions == 0) {
            return LimitSet.UNLIMITED;
        }
        Map<Dimension, Limit> limits = new EnumMap<>(Dimension.class);
        for (int i = 0; i < Dimension.count(); i++) {
            if ((dimensions & 1 << i) != 0) {
                limits.put(Dimension.at(i), unpacking.limit(Dimension.at(i).unit()));
            }
        }
        return new LimitSet(limits);
    }

    private static final class Unpacking {
        private final byte[] bytes;
        private int at;

        Unpacking(byte[] bytes, int at) {
            this.bytes = bytes;
            this.at = at;
        }

        long number() {
            long value = 0;
            for (int shift = 0; ; shift += BITS) {
                byte next = bytes[at++];
                value |= (long) (next & (MORE - 1)) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        Limit limit(Dimension.Unit unit) {
            long amount = number();
            OnExceed onExceed = onExceed();
            if (unit == Dimension.Unit.REQUESTS) {
                return new ConcurrencyLimit(amount, onExceed);
            }
            LimitRate rate = rate(amount);
            return unit == Dimension.Unit.BYTES
                    ? new ByteRateLimit(rate, onExceed, ENFORCEMENTS[(int) number()])
                    : new OperationRateLimit(rate, onExceed, LISTED_OBJECTS[(int) number()]);
        }

        private OnExceed onExceed() {
            return switch (ACTIONS[(int) number()]) {
                case REJECT -> OnExceed.REJECT;
                case SHADOW -> OnExceed.SHADOW;
                case WAIT -> OnExceed.waitUpTo(number());
            };
        }

        private LimitRate rate(long amount) {
            long periodNanos = number();
            MeterAlgorithm meter = METERS[(int) number()];
            long burst = meter == MeterAlgorithm.BUCKET ? number() : 1;
            return new LimitRate(amount, periodNanos, RateAlgorithm.of(meter, burst), SHARINGS[(int) number()]);
        }
    }
}
