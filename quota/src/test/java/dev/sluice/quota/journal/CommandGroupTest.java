package dev.sluice.quota.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.alloc.AllocCodec;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocCommand.Change;
import dev.sluice.quota.alloc.AllocCommand.Define;
import dev.sluice.quota.alloc.AllocResult;
import dev.sluice.quota.alloc.AllocResult.Decided;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import dev.sluice.quota.journal.LocalJournal.Recovery;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are given to a store together. */
class CommandGroupTest {
    private static final QuotaName QUOTA = new QuotaName("ns", "r");
    private static final long SEGMENT_BYTES = 1 << 16;

    @TempDir
    Path folder;

    private static AllocCommand allocate(long tokens) {
        return new Change(List.of(new Allocate(QUOTA, tokens, 0, Optional.empty())), Optional.empty());
    }

    private static List<Boolean> areApplied(List<AllocResult> results) {
        return results.stream().map(result -> ((Decided) result).isApplied()).toList();
    }

    @Test
    void group_isOneBatchOfTheLog_andEachCommandIsDecidedForItself() throws IOException {
        try (AllocStore store = AllocStore.local(folder, SEGMENT_BYTES, AllocBounds.DEFAULT, () -> 1_000)) {
            store.submit(new Define(QUOTA, 10, 0)).join();

            List<AllocResult> results =
                    store.submit(List.of(allocate(6), allocate(5), allocate(4))).join();

            assertThat(areApplied(results)).containsExactly(true, false, true);
        }

        List<Integer> sizes = new ArrayList<>();
        LocalJournal.open(folder, SEGMENT_BYTES, new Recovery() {
                    @Override
                    public void restore(InputStream snapshot) throws IOException {
                        throw new IOException("there is none yet");
                    }

                    @Override
                    public void replay(byte[] batch) throws IOException {
                        sizes.add(AllocCodec.read(batch).commands().size());
                    }
                })
                .close();
        assertThat(sizes).endsWith(3);
    }

    @Test
    void groups_ofManyCallers_getTheirOwnResults() throws IOException {
        try (AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, () -> 1_000)) {
            store.submit(new Define(QUOTA, 100_000, 0)).join();
            List<CompletableFuture<List<AllocResult>>> groups = new ArrayList<>();
            for (int size = 1; size <= 40; size++) {
                groups.add(store.submit(Collections.nCopies(size, allocate(size))));
            }

            for (int size = 1; size <= 40; size++) {
                assertThat(areApplied(groups.get(size - 1).join()))
                        .hasSize(size)
                        .containsOnly(true);
            }
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(40 * 41 * 81 / 6);
        }
    }

    @Test
    void groupThatIsRefused_isRefusedWhole() throws IOException {
        AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, () -> 1_000);
        store.close();

        assertThatThrownBy(() -> store.submit(List.of(allocate(1), allocate(1))).join())
                .hasCauseInstanceOf(StoreUnavailableException.class);
    }
}
