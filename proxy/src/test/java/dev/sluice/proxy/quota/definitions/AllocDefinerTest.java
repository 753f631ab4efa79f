package dev.sluice.proxy.quota.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.source.AllocDefinition;
import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocResult;
import dev.sluice.quota.alloc.AllocStep;
import dev.sluice.quota.alloc.QuotaView;
import dev.sluice.quota.alloc.StepOutcome;
import dev.sluice.quota.journal.AllocStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocDefinerTest {
    private static final QuotaName ONE = new QuotaName("ns", "one");
    private static final QuotaName TWO = new QuotaName("ns", "two");

    @TempDir
    Path folder;

    private AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, () -> 1_000);

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static Map<String, AllocDefinition> definitions(Map<QuotaName, Long> capacities) {
        Map<String, AllocDefinition> definitions = new HashMap<>();
        capacities.forEach((name, capacity) -> definitions.put(name.subject(), new AllocDefinition(capacity, 60_000)));
        return definitions;
    }

    private StepOutcome change(AllocStep step) {
        AllocResult result = store.submit(new AllocCommand.Change(List.of(step), Optional.empty()))
                .join();
        return ((AllocResult.Decided) result).steps().get(0).outcome();
    }

    private StepOutcome allocate(QuotaName name, long tokens) {
        return change(new AllocStep.Allocate(name, tokens, AllocStep.ANY_VERSION, Optional.empty()));
    }

    private StepOutcome free(QuotaName name, long tokens) {
        return change(new AllocStep.Free(name, tokens, AllocStep.ANY_VERSION, 0));
    }

    @Test
    void definitions_areInTheStore_whenTheCallReturns() {
        AllocDefiner definer = new AllocDefiner(store);

        definer.define(definitions(Map.of(ONE, 10L, TWO, 0L)));

        assertThat(store.view(ONE)).contains(new QuotaView(0, 10, 1, 60_000));
        assertThat(store.view(TWO)).contains(new QuotaView(0, 0, 1, 60_000));
    }

    @Test
    void lowerCapacity_keepsWhatIsAllocated() {
        AllocDefiner definer = new AllocDefiner(store);
        definer.define(definitions(Map.of(ONE, 10L)));
        allocate(ONE, 8);

        definer.define(definitions(Map.of(ONE, 5L)));

        assertThat(store.view(ONE)).contains(new QuotaView(8, 5, 2, 60_000));
        assertThat(allocate(ONE, 1)).isEqualTo(StepOutcome.NO_CAPACITY);
        assertThat(free(ONE, 4)).isEqualTo(StepOutcome.APPLIED);
        assertThat(allocate(ONE, 1)).isEqualTo(StepOutcome.APPLIED);
    }

    @Test
    void quotaThatIsDefinedNoMore_isGone_ifNothingIsAllocated() {
        AllocDefiner definer = new AllocDefiner(store);
        definer.define(definitions(Map.of(ONE, 10L, TWO, 10L)));

        definer.define(definitions(Map.of(TWO, 10L)));

        assertThat(store.names()).containsExactly(TWO);
    }

    @Test
    void quotaThatIsDefinedNoMore_closes_andGoesOnceAllIsFreed() {
        AllocDefiner definer = new AllocDefiner(store);
        definer.define(definitions(Map.of(ONE, 10L)));
        allocate(ONE, 3);

        definer.define(Map.of());
        definer.settle();

        assertThat(store.view(ONE)).contains(new QuotaView(3, 0, 2, 60_000));
        assertThat(allocate(ONE, 1)).isEqualTo(StepOutcome.NO_CAPACITY);
        assertThat(free(ONE, 2)).isEqualTo(StepOutcome.APPLIED);
        definer.settle();
        assertThat(store.view(ONE)).isPresent();
        assertThat(free(ONE, 1)).isEqualTo(StepOutcome.APPLIED);
        definer.settle();
        assertThat(store.view(ONE)).isEmpty();
    }

    @Test
    void closingQuotaThatIsDefinedAgain_goesOn() {
        AllocDefiner definer = new AllocDefiner(store);
        definer.define(definitions(Map.of(ONE, 10L)));
        allocate(ONE, 3);
        definer.define(Map.of());

        definer.define(definitions(Map.of(ONE, 4L)));
        definer.settle();

        assertThat(store.view(ONE)).contains(new QuotaView(3, 4, 2, 60_000));
    }

    @Test
    void afterARestart_quotasThatAreDefinedNoMore_close() throws IOException {
        store.close();
        store = AllocStore.local(folder, 1 << 20, AllocBounds.DEFAULT, () -> 1_000);
        new AllocDefiner(store).define(definitions(Map.of(ONE, 10L, TWO, 10L)));
        allocate(ONE, 3);
        store.close();
        store = AllocStore.local(folder, 1 << 20, AllocBounds.DEFAULT, () -> 1_000);

        new AllocDefiner(store).define(Map.of());

        assertThat(store.names()).containsExactly(ONE);
        assertThat(store.view(ONE)).contains(new QuotaView(3, 0, 2, 60_000));
    }

    @Test
    void manyQuotas_areDefined() {
        Map<String, AllocDefinition> many = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            many.put(new QuotaName("ns" + i / 1000, "r" + i).subject(), new AllocDefinition(i, 0));
        }

        new AllocDefiner(store).define(many);

        assertThat(store.size()).isEqualTo(20_000);
        assertThat(store.view(new QuotaName("ns19", "r19999")).orElseThrow().capacity())
                .isEqualTo(19_999);
    }
}
