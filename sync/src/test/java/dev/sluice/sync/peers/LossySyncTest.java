package dev.sluice.sync.peers;

import static dev.sluice.sync.testing.TestNode.INTERVAL_NANOS;
import static dev.sluice.sync.testing.TestNode.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.wire.SampleReports;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/** Whatever the way loses, repeats or swaps: what was admitted is charged once as soon as all is told again. */
class LossySyncTest {
    private static final Dimension[] DIMENSIONS = {
        Dimension.READ_OPS, Dimension.WRITE_BYTES, Dimension.CONCURRENT_REQUESTS
    };

    @RepeatedTest(50)
    void lossRepetitionAndReordering_endInExactCharges() {
        Random random = SampleReports.seeded();
        long now = 1_000_000 * MS;
        TestNode sender = new TestNode("sender", 1, now);
        TestNode receiver = new TestNode("receiver", 2, now);
        Map<SubjectId, long[]> admitted = new HashMap<>();
        // First contact before anything is admitted: from here on all has to be charged.
        receiver.receive(sender.tick(now), now);
        List<byte[]> inFlight = new ArrayList<>();

        int silentTicks = 0;
        for (int tick = 0; tick < 400; tick++) {
            now += INTERVAL_NANOS;
            admitSome(random, sender.registry, admitted);
            inFlight.addAll(random.nextInt(20) == 0 ? sender.tickAll(now) : sender.tick(now));
            Collections.shuffle(inFlight, random);
            long sequence = receiver.onlyPeer().sequence();
            for (byte[] message : List.copyOf(inFlight)) {
                double fate = random.nextDouble();
                if (fate < 0.3) {
                    inFlight.remove(message);
                } else if (fate < 0.8) {
                    inFlight.remove(message);
                    receiver.receive(List.of(message), now);
                } else if (fate < 0.9) {
                    receiver.receive(List.of(message, message), now);
                }
            }
            // A silence, in which repetitions do not count, would rightly begin a new count: keep below it.
            silentTicks = receiver.onlyPeer().sequence() > sequence ? 0 : silentTicks + 1;
            if (silentTicks == 3) {
                receiver.receive(sender.tick(now), now);
                silentTicks = 0;
            }
            receiver.table.expire(now);
        }
        receiver.receive(sender.tickAll(now), now);

        admitted.forEach((id, counts) -> {
            for (Dimension dimension : DIMENSIONS) {
                assertThat(receiver.registry.charged(id, dimension))
                        .as("%s %s", id, dimension)
                        .isEqualTo(counts[dimension.ordinal()]);
            }
        });
        assertThat(receiver.table.stats().refused(RefusedPart.CONTRADICTION)).isZero();
    }

    private static void admitSome(Random random, TestUsageRegistry registry, Map<SubjectId, long[]> admitted) {
        for (int i = random.nextInt(10); i > 0; i--) {
            SubjectId id = new SubjectId(1, random.nextInt(12) * 0x1234_5678_9abcL);
            long[] counts = admitted.computeIfAbsent(id, unknown -> new long[Dimension.count()]);
            Dimension dimension = DIMENSIONS[random.nextInt(DIMENSIONS.length)];
            long amount = 1L + random.nextInt(1000);
            if (dimension.isGauge() && random.nextBoolean()) {
                amount = -counts[dimension.ordinal()];
            }
            counts[dimension.ordinal()] += amount;
            registry.admit(id, dimension, amount);
        }
    }
}
