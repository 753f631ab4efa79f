package dev.sluice.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.meter.UsageHistory;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.usage.SubjectHistory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class HistoryCodecTest {
    private static final SubjectId ALICE = new SubjectId(0x0102_0304_0506_0708L, 0x090a_0b0c_0d0e_0f10L);
    private static final long SECOND = 1_000_000_000L;

    private static SubjectHistory history(long[] agesNanos, long[] amounts) {
        return new SubjectHistory(ALICE, Scope.USER, Dimension.READ_OPS, UsageHistory.of(agesNanos, amounts));
    }

    private static byte[] section(SubjectHistory... histories) {
        return HistoryCodec.section(
                HistorySenderState.INFORMED,
                true,
                List.of(histories).stream().map(HistoryCodec::record).toList());
    }

    @Test
    void bytes_areAsDocumented() {
        byte[] section = section(history(new long[] {0, 60 * SECOND, 1_000 * SECOND}, new long[] {7, 300, 1}));

        // kind, length, flags, records | id | scope, dimension | unit: 1 s | 3 | 0: 7, 60: 300, 940: 1
        assertThat(HexFormat.of().formatHex(section))
                .isEqualTo("48" + "20" + "01" + "01" + "0102030405060708090a0b0c0d0e0f10" + "00" + "00" + "c0843d"
                        + "03" + "0007" + "3cac02" + "ac0701");
    }

    @RepeatedTest(100)
    void history_comesBack_neverOlder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int size = random.nextInt(UsageHistory.ENTRIES_MAX + 1);
        long[] ages = new long[size];
        long[] amounts = new long[size];
        long age = 0;
        for (int i = 0; i < size; i++) {
            age += random.nextLong(100 * SECOND);
            ages[i] = age;
            amounts[i] = random.nextLong(Limit.AMOUNT_MAX + 1);
        }

        UsageHistory back = HistoryCodec.find(section(history(ages, amounts)), 0)
                .orElseThrow()
                .subjects()
                .get(0)
                .usage();

        assertThat(back.size()).isEqualTo(size);
        for (int i = 0; i < size; i++) {
            assertThat(back.amount(i)).as("seed %d", seed).isEqualTo(amounts[i]);
            assertThat(back.ageNanos(i)).as("seed %d", seed).isBetween(ages[i] - age / 500 - 1_000, ages[i]);
        }
    }

    @Test
    void otherSections_areSkipped() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'X', 3, 'H', 1, 2});
        out.writeBytes(section(history(new long[] {1}, new long[] {2})));

        assertThat(HistoryCodec.find(out.toByteArray(), 0).orElseThrow().subjects())
                .hasSize(1);
    }

    @Test
    void scopesAndDimensionsOfALaterRelease_areLeftOut() {
        byte[] record = HistoryCodec.record(history(new long[] {1}, new long[] {2}));
        byte[] otherScope = record.clone();
        otherScope[16] = 31;
        byte[] otherDimension = record.clone();
        otherDimension[17] = 60;

        byte[] section =
                HistoryCodec.section(HistorySenderState.ASKING, false, List.of(otherScope, record, otherDimension));

        assertThat(HistoryCodec.find(section, 0))
                .contains(new HistoryPart(
                        HistorySenderState.ASKING, false, List.of(history(new long[] {0}, new long[] {2}))));
    }

    @Test
    void hugeNumbers_areClamped() {
        byte[] record = HistoryCodec.record(history(new long[] {SECOND}, new long[] {2}));
        byte[] huge =
                HexFormat.of().parseHex("ffffffffffffffff7f" + "01" + "ffffffffffffffff7f" + "ffffffffffffffff7f");
        byte[] absurd = new byte[18 + huge.length];
        System.arraycopy(record, 0, absurd, 0, 18);
        System.arraycopy(huge, 0, absurd, 18, huge.length);

        HistoryPart part = HistoryCodec.find(
                        HistoryCodec.section(HistorySenderState.INFORMED, true, List.of(absurd)), 0)
                .orElseThrow();

        assertThat(part.subjects().get(0).usage().amount(0)).isEqualTo(Limit.AMOUNT_MAX);
        assertThat(part.subjects().get(0).usage().ageNanos(0)).isPositive();
    }

    @RepeatedTest(200)
    void randomBytes_areNoHistory_orOneThatCanBeUsed() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] section = section(
                history(new long[] {1, 2 * SECOND}, new long[] {2, 3}), history(new long[] {SECOND}, new long[] {9}));
        for (int i = 0; i <= random.nextInt(5); i++) {
            section[random.nextInt(section.length)] = (byte) random.nextInt();
        }

        Optional<HistoryPart> part = HistoryCodec.find(section, 0);

        part.ifPresent(found -> assertThat(found.subjects())
                .as("seed %d", seed)
                .allSatisfy(history -> assertThat(history.usage().total()).isNotNegative()));
    }

    @Test
    void records_areHandedOverUpToTheDamage() {
        byte[] record = HistoryCodec.record(history(new long[] {SECOND}, new long[] {2}));
        ByteBuffer records = ByteBuffer.allocate(2 * record.length + 1);
        records.put((byte) 'x').put(record).put(record).flip().position(1);
        List<SubjectHistory> taken = new ArrayList<>();

        assertThat(HistoryCodec.forEachRecord(records.duplicate(), 2, taken::add))
                .isTrue();
        assertThat(taken).hasSize(2);

        taken.clear();
        ByteBuffer first = records.duplicate();
        assertThat(HistoryCodec.forEachRecord(first, 1, taken::add)).isTrue();
        assertThat(taken).hasSize(1);
        assertThat(first.remaining()).isEqualTo(record.length);

        taken.clear();
        records.limit(records.limit() - 1);
        assertThat(HistoryCodec.forEachRecord(records.duplicate(), 2, taken::add))
                .isFalse();
        assertThat(taken).hasSize(1);
        assertThat(HistoryCodec.forEachRecord(records.duplicate(), 0xffff_ffffL, taken::add))
                .isFalse();
    }
}
