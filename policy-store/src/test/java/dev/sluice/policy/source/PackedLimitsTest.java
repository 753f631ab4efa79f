package dev.sluice.policy.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.CompactMap;
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
import dev.sluice.limits.model.Sharing;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedLimitsTest {
    private static final long SEED = 20261128;

    private final Random random = new Random(SEED);

    private long amount() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> Limit.AMOUNT_MAX;
            default -> random.nextLong(1L << (1 + random.nextInt(44)));
        };
    }

    private OnExceed onExceed() {
        return switch (random.nextInt(3)) {
            case 0 -> OnExceed.REJECT;
            case 1 -> OnExceed.SHADOW;
            default ->
                OnExceed.waitUpTo(OnExceed.MAX_WAIT_NANOS_MIN
                        + random.nextLong(OnExceed.MAX_WAIT_NANOS_MAX - OnExceed.MAX_WAIT_NANOS_MIN + 1));
        };
    }

    private LimitRate rate() {
        MeterAlgorithm meter = MeterAlgorithm.values()[random.nextInt(MeterAlgorithm.values().length)];
        RateAlgorithm algorithm = RateAlgorithm.of(meter, Math.max(1, amount()));
        Sharing sharing = Sharing.values()[random.nextInt(Sharing.values().length)];
        long periodNanos = LimitRate.PERIOD_NANOS_MIN
                + random.nextLong(LimitRate.PERIOD_NANOS_MAX - LimitRate.PERIOD_NANOS_MIN + 1);
        return new LimitRate(amount(), periodNanos, algorithm, algorithm.supported(sharing));
    }

    private Limit limit(Dimension.Unit unit) {
        if (unit == Dimension.Unit.REQUESTS) {
            return new ConcurrencyLimit(amount(), onExceed());
        }
        LimitRate rate = rate();
        if (unit == Dimension.Unit.OPERATIONS) {
            return new OperationRateLimit(
                    rate, onExceed(), random.nextBoolean() ? ListedObjects.EACH_COUNTS : ListedObjects.REQUEST_COUNTS);
        }
        boolean isSeed = rate.algorithm().name() == MeterAlgorithm.SEED;
        return new ByteRateLimit(
                rate, onExceed(), isSeed || random.nextBoolean() ? ByteEnforcement.DEFER : ByteEnforcement.PACE);
    }

    private LimitSet drawn() {
        Map<Dimension, Limit> limits = new EnumMap<>(Dimension.class);
        for (Dimension dimension : Dimension.values()) {
            if (random.nextInt(3) == 0) {
                limits.put(dimension, limit(dimension.unit()));
            }
        }
        return new LimitSet(limits);
    }

    @Test
    void drawnLimits_areTheSameAfterwards() {
        Map<String, LimitSet> expected = new HashMap<>();
        PackedLimits.Builder builder = new PackedLimits.Builder();
        for (int i = 0; i < 20_000; i++) {
            String name = "user" + random.nextInt(15_000);
            LimitSet limits = drawn();
            expected.put(name, limits);
            builder.put(name, limits);
            assertThat(builder.number(name)).isNotNegative();
        }

        CompactMap<LimitSet> packed = builder.build();

        assertThat(packed).as("seed %d", SEED).isEqualTo(expected);
        expected.forEach((name, limits) -> assertThat(packed.get(name)).isEqualTo(limits));
        assertThat(packed.get("other")).isNull();
    }

    @Test
    void equalLimits_takeNoMoreBytes() {
        PackedLimits.Builder builder = new PackedLimits.Builder();
        LimitSet limits = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(100, MeterAlgorithm.WINDOW));
        builder.put("first", limits);
        long bytes = builder.bytes();

        for (int i = 0; i < 1_000; i++) {
            builder.put("user" + i, LimitSet.of(Dimension.READ_OPS, Limit.perSecond(100, MeterAlgorithm.WINDOW)));
        }

        assertThat(builder.bytes()).isEqualTo(bytes).isLessThan(20);
        assertThat(builder.build())
                .hasSize(1_001)
                .allSatisfy((name, set) -> assertThat(set).isEqualTo(limits));
    }

    @Test
    void subjectWithoutLimits_makesNoObjects() {
        PackedLimits.Builder builder = new PackedLimits.Builder();
        builder.put("free", LimitSet.UNLIMITED);

        assertThat(builder.build().get("free")).isSameAs(LimitSet.UNLIMITED);
    }

    @Test
    void noSubjects_areAnEmptyMap() {
        assertThat(new PackedLimits.Builder().build()).isEmpty();
    }
}
