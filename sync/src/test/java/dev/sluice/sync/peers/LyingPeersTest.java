package dev.sluice.sync.peers;

import static dev.sluice.sync.peers.HonestPair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.MeterAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A peer that makes up everything, next to two honest ones: the subjects that it doesn't name keep their limits, those that it
 * names have theirs back soon after it is gone, it is one node, and takes little memory. Longer with {@code
 * -Dsluice.liar-seconds=600}.
 */
class LyingPeersTest {
    private static final long SECONDS = Long.getLong("sluice.liar-seconds", 20);
    private static final long PER_SECOND = 200;
    private static final int REPORTS_PER_STEP_MAX = 6;

    private final List<Identity> spared = users("spared", 3);
    private final List<Identity> named = users("named", 3);

    private static List<Identity> users(String name, int count) {
        List<Identity> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            users.add(Identity.ofUser(name + i));
        }
        return users;
    }

    /** It lies at each step, and looks at what the others make of it. */
    private static final class Liar implements HonestPair.Third {
        private final FuzzingPeer peer;
        private final Random random;

        Liar(FuzzingPeer peer, Random random) {
            this.peer = peer;
            this.random = random;
        }

        @Override
        public void step(HonestPair pair) {
            for (HonestPair.Node node : pair.nodes()) {
                for (int i = random.nextInt(REPORTS_PER_STEP_MAX); i > 0; i--) {
                    node.receiveFromThird(peer.next());
                }
                assertThat(node.table.membership().live()).isLessThanOrEqualTo(3);
                assertThat(node.table.membership().known()).isLessThanOrEqualTo(3);
                // A subject may get further counts once it has its place.
                assertThat(node.table.subjectBytes()).isLessThanOrEqualTo(3 * HonestPair.SUBJECT_BYTES_MAX / 2);
                assertThat(node.admission.accountCount()).isLessThanOrEqualTo(HonestPair.ACCOUNTS_MAX / 2 + 16);
            }
        }

        @Override
        public void receive(long incarnation, byte[] report) {
            peer.capture(incarnation, report);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WINDOW", "BUCKET"})
    void lies_hurtNobodyElse_andNotForLong(MeterAlgorithm algorithm) {
        long seed = Long.getLong("sluice.liar-seed", System.nanoTime());
        System.out.println("seed " + seed);
        List<Identity> all = new ArrayList<>(spared);
        all.addAll(named);
        HonestPair pair = new HonestPair(seed, algorithm, PER_SECOND, all);
        FuzzingPeer peer = new FuzzingPeer(
                seed, HonestPair.CLUSTER, named.stream().map(HonestPair::idOf).toList());
        Liar liar = new Liar(peer, new Random(seed + 1));
        pair.run(5 * SECOND, liar);
        all.forEach(pair::takeAdmitted);

        for (long second = 0; second < SECONDS; second += 10) {
            pair.run(10 * SECOND, liar);
            for (Identity user : spared) {
                assertThat(pair.takeAdmitted(user)).as(user.user()).isBetween((int) (9.8 * PER_SECOND), (int)
                        (10.2 * PER_SECOND));
            }
            for (Identity user : named) {
                assertThat(pair.takeAdmitted(user)).as(user.user()).isLessThanOrEqualTo((int) (10.2 * PER_SECOND));
            }
        }

        for (HonestPair.Node node : pair.nodes()) {
            node.table.forgetLink(HonestPair.THIRD, node.clock());
        }
        pair.run(2 * SECOND, others -> {});
        all.forEach(pair::takeAdmitted);
        pair.run(5 * SECOND, others -> {});
        for (Identity user : all) {
            assertThat(pair.takeAdmitted(user)).as(user.user()).isBetween((int) (4.9 * PER_SECOND), (int)
                    (5.1 * PER_SECOND));
        }
    }
}
