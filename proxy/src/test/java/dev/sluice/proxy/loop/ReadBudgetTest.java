package dev.sluice.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadBudgetTest {
    private static final int LARGE = 512 << 10;
    private static final long MIB = 1 << 20;

    private final AtomicLong used = new AtomicLong();

    @Test
    void read_isAsLargeAsWanted_whereThereIsRoom() {
        ReadBudget budget = new ReadBudget(64 * MIB, used::get);

        for (int i = 0; i < 10_000; i++) {
            assertThat(budget.grant(LARGE)).isEqualTo(LARGE);
            assertThat(budget.grant(1024)).isEqualTo(1024);
        }
    }

    @Test
    void read_isSmall_whenMuchIsInUse_andLargeAgainAfterwards() {
        ReadBudget budget = new ReadBudget(64 * MIB, used::get);
        used.set(24 * MIB);
        for (int i = 0; i < 100; i++) {
            budget.grant(LARGE);
        }
        assertThat(budget.grant(LARGE)).isEqualTo(ReadBudget.SMALL_BYTES);
        used.set(0);

        long most = 0;
        for (int i = 0; i < 100; i++) {
            most = Math.max(most, budget.grant(LARGE));
        }
        assertThat(most).isEqualTo(LARGE);
    }

    @Test
    void connectionsThatAllStall_fitIntoTheMemory() {
        for (long direct : new long[] {16 * MIB, 64 * MIB, 1024 * MIB}) {
            used.set(0);
            ReadBudget budget = new ReadBudget(direct, used::get);
            long connections = ReadBudget.connections(direct);

            for (long i = 0; i < connections; i++) {
                // What its last read brought, and what its channel held just before.
                used.addAndGet(budget.grant(LARGE) + ReadBudget.highWatermark());
            }

            assertThat(used.get()).isLessThan(direct);
        }
    }
}
