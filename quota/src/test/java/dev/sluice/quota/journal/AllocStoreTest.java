package dev.sluice.quota.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocCommand.Change;
import dev.sluice.quota.alloc.AllocCommand.Define;
import dev.sluice.quota.alloc.AllocHoldings;
import dev.sluice.quota.alloc.AllocResult;
import dev.sluice.quota.alloc.AllocResult.Decided;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import dev.sluice.quota.alloc.IdempotencyKey;
import dev.sluice.quota.alloc.LeaseTerms;
import dev.sluice.quota.alloc.QuotaView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocStoreTest {
    static final QuotaName QUOTA = new QuotaName("ns", "r");
    static final int SEGMENT_BYTES = 64 * 1024;
    private static final int MANY = 15_000;

    @TempDir
    private Path directory;

    private final AtomicLong clockMillis = new AtomicLong(1_000);

    private AllocStore local(Path in) throws IOException {
        return AllocStore.local(in, SEGMENT_BYTES, AllocBounds.DEFAULT, clockMillis::get);
    }

    static Change allocateOne(String key) {
        return new Change(
                List.of(new Allocate(QUOTA, 1, 0, Optional.empty())), Optional.of(new IdempotencyKey(key, "")));
    }

    private static List<AllocResult> submitAll(AllocStore store, List<? extends AllocCommand> commands) {
        List<CompletableFuture<AllocResult>> results =
                commands.stream().map(store::submit).toList();
        return results.stream().map(CompletableFuture::join).toList();
    }

    @Test
    void localStore_hasEverythingAfterARestart_alsoOverSnapshots() throws IOException {
        List<AllocCommand> commands = new ArrayList<>();
        commands.add(new Define(QUOTA, MANY, 0));
        for (int i = 0; i < MANY; i++) {
            commands.add(allocateOne("key " + i));
        }
        List<AllocResult> first;
        try (AllocStore store = local(directory)) {
            first = submitAll(store, commands);
            assertThat(store.view(QUOTA)).contains(new QuotaView(MANY, MANY, MANY + 1, 0));
        }
        try (AllocStore store = local(directory)) {
            assertThat(store.view(QUOTA)).contains(new QuotaView(MANY, MANY, MANY + 1, 0));

            assertThat(submitAll(store, commands)).isEqualTo(first);
            assertThat(store.view(QUOTA)).contains(new QuotaView(MANY, MANY, MANY + 1, 0));
        }
        try (var files = Files.list(directory)) {
            assertThat(files).anyMatch(file -> file.toString().contains("snapshot-"));
        }
    }

    @Test
    void smallerBoundAtARestart_forgetsNothingThatWasAcknowledged() throws IOException {
        AllocBounds large = new AllocBounds(100, 1_000);
        AllocBounds small = new AllocBounds(1, 1_000);
        try (AllocStore store = AllocStore.local(directory, SEGMENT_BYTES, large, clockMillis::get)) {
            submitAll(store, List.of(new Define(QUOTA, 10, 0), allocateOne("a"), allocateOne("b")));
        }
        try (AllocStore store = AllocStore.local(directory, SEGMENT_BYTES, small, clockMillis::get)) {
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(2);
            assertThat(store.submit(allocateOne("c")).join()).isEqualTo(new AllocResult.KeysExhausted());
            assertThat(store.submit(allocateOne("a")).join()).isInstanceOf(Decided.class);
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(2);
        }
    }

    @Test
    void leaseEndsByItself_andStaysEndedAfterARestart() throws IOException {
        try (AllocStore store = local(directory)) {
            store.submit(new Define(QUOTA, 10, 60_000)).join();
            store.submit(new Change(
                            List.of(new Allocate(QUOTA, 4, 0, Optional.of(new LeaseTerms(500, "job")))),
                            Optional.empty()))
                    .join();
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(4);
            clockMillis.addAndGet(500);

            Awaitility.await().until(() -> store.view(QUOTA).orElseThrow().allocated() == 0);
        }
        clockMillis.set(1_000);
        try (AllocStore store = local(directory)) {
            assertThat(store.view(QUOTA)).contains(new QuotaView(0, 10, 3, 60_000));
        }
    }

    @Test
    void fullDisk_isAnErrorThatChangesNothing_untilThereIsRoomAgain() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", directory.toString()) == 0);
        try (AllocStore store = local(directory)) {
            store.submit(new Define(QUOTA, 1_000_000, 0)).join();
            Path ballast = directory.resolve("ballast");
            Files.write(ballast, new byte[256 * 1024]);
            int applied = 0;
            Throwable failure = null;
            while (failure == null) {
                CompletableFuture<AllocResult> result = store.submit(allocateOne("key " + applied));
                failure = result.handle((ok, error) -> error).join();
                applied += failure == null ? 1 : 0;
            }
            assertThat(failure)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("nothing was changed")
                    .hasMessageContaining(directory.toString());
            assertThat(store.problem()).isPresent();
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(applied);

            Files.delete(ballast);

            assertThat(((Decided) store.submit(allocateOne("key " + applied)).join()).isApplied())
                    .isTrue();
            assertThat(store.problem()).isEmpty();
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(applied + 1);
        } finally {
            run("umount", directory.toString());
        }
    }

    @Test
    void closedStore_refuses() throws IOException {
        AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, clockMillis::get);
        store.close();

        assertThatThrownBy(() -> store.submit(new Define(QUOTA, 1, 0)).join())
                .hasCauseInstanceOf(StoreUnavailableException.class);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void holdings_areThoseOfTheMomentBehindWhatWasSubmitted() throws IOException {
        try (AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, clockMillis::get)) {
            store.submit(new Define(QUOTA, 10, 60_000));
            for (int i = 1; i <= 3; i++) {
                Optional<LeaseTerms> lease = Optional.of(new LeaseTerms(10_000L * i, "holder " + i));
                store.submit(new Change(List.of(new Allocate(QUOTA, i, 0, lease)), Optional.empty()));
            }
            store.submit(new Change(List.of(new Allocate(QUOTA, 4, 0, Optional.empty())), Optional.empty()));

            AllocHoldings holdings = store.holdings(QUOTA, 2).join().orElseThrow();
            Optional<AllocHoldings> none =
                    store.holdings(new QuotaName("ns", "other"), 2).join();

            assertThat(holdings.view().allocated()).isEqualTo(10);
            assertThat(holdings.leased()).isEqualTo(6);
            assertThat(holdings.leases()).extracting(lease -> lease.holder()).containsExactly("holder 1", "holder 2");
            assertThat(holdings.moreLeases()).isEqualTo(1);
            assertThat(none).isEmpty();
        }
    }

    @Test
    void keyThatIsKnown_hasItsResult_withoutAChange() throws IOException {
        try (AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, clockMillis::get)) {
            store.submit(new Define(QUOTA, 10, 0));
            AllocResult first = store.submit(allocateOne("key")).join();

            assertThat(store.known(new IdempotencyKey("key", "")).join()).contains(first);
            assertThat(store.known(new IdempotencyKey("key", "other")).join()).contains(new AllocResult.KeyReused());
            assertThat(store.known(new IdempotencyKey("other", "")).join()).isEmpty();
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(1);
        }
    }

    @Test
    void observer_learnsOfEachChange_alsoOfALeaseThatIsOver() throws IOException {
        try (AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, clockMillis::get)) {
            List<String> seen = new CopyOnWriteArrayList<>();
            store.observe((quota, before, after) -> seen.add(before.allocated() + " to " + after.allocated()));
            store.submit(new Define(QUOTA, 10, 60_000)).join();
            Optional<LeaseTerms> lease = Optional.of(new LeaseTerms(1_000, ""));
            store.submit(new Change(List.of(new Allocate(QUOTA, 3, 0, lease)), Optional.empty()))
                    .join();

            clockMillis.addAndGet(2_000);

            Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("0 to 3", "3 to 0"));
        }
    }

    private static Change lease(int tokens, String key) {
        return new Change(
                List.of(new Allocate(QUOTA, tokens, 0, Optional.of(new LeaseTerms(10_000, "")))),
                Optional.of(new IdempotencyKey(key, "")));
    }

    @Test
    void leasesBeyondTheirBound_areRefused_untilOneIsOver() throws IOException {
        StoreBudget budget = new StoreBudget(1 << 20, 2);
        try (AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, budget, clockMillis::get)) {
            store.submit(new Define(QUOTA, 10, 60_000)).join();
            AllocResult first = store.submit(lease(1, "a")).join();
            store.submit(lease(1, "b")).join();

            assertThatThrownBy(() -> store.submit(lease(1, "c")).join())
                    .hasCauseInstanceOf(StoreUnavailableException.class);
            assertThat(store.submit(lease(1, "a")).join()).isEqualTo(first);
            assertThat(((Decided) store.submit(allocateOne("d")).join()).isApplied())
                    .isTrue();
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(3);

            clockMillis.addAndGet(20_000);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(store.view(QUOTA).orElseThrow().allocated())
                                    .isEqualTo(1));
            assertThat(((Decided) store.submit(lease(1, "c")).join()).isApplied())
                    .isTrue();
        }
    }

    @Test
    void commandsThatWait_areBoundedByTheirBytes() throws IOException {
        Change wide = new Change(
                List.of(
                        new Allocate(QUOTA, 1, 0, Optional.empty()),
                        new Allocate(new QuotaName("ns", "other"), 1, 0, Optional.empty())),
                Optional.empty());
        StoreBudget budget = new StoreBudget(StoreBudget.bytesOf(wide) - 1, 2);
        try (AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, budget, clockMillis::get)) {
            store.submit(new Define(QUOTA, 10, 0)).join();

            assertThatThrownBy(() -> store.submit(wide).join()).hasCauseInstanceOf(StoreUnavailableException.class);
            // what was taken for the definition is given back in a moment
            Awaitility.await()
                    .ignoreExceptions()
                    .untilAsserted(() ->
                            assertThat(store.submit(allocateOne("a")).join()).isInstanceOf(Decided.class));
        }
    }

    @Test
    void leases_endAfterARestart_alsoWhereTheClockWasSetBack() throws IOException {
        clockMillis.set(1_000_000_000);
        try (AllocStore store = local(directory)) {
            store.submit(new Define(QUOTA, 10, 60_000)).join();
            store.submit(lease(4, "a")).join();
        }
        clockMillis.set(1_000);
        try (AllocStore store = local(directory)) {
            assertThat(store.view(QUOTA).orElseThrow().allocated()).isEqualTo(4);

            clockMillis.addAndGet(10_000);

            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(store.view(QUOTA).orElseThrow().allocated())
                                    .isZero());
        }
    }

    @Test
    void errorOnTheStoresThread_failsWhatWaits_andIsShown() throws IOException {
        try (AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, clockMillis::get)) {
            store.observe((quota, before, after) -> {
                throw new StackOverflowError("of a test");
            });
            store.submit(new Define(QUOTA, 10, 0)).join();

            assertThatThrownBy(() -> store.submit(allocateOne("a")).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(StoreUnavailableException.class);
            assertThat(store.problem()).isPresent();
            assertThat(store.submit(allocateOne("b"))).isCompletedExceptionally();
        }
    }

    @Test
    void questionToAClosedStore_fails() throws IOException {
        AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, clockMillis::get);
        store.close();

        assertThat(store.holdings(QUOTA, 1)).isCompletedExceptionally();
        assertThat(store.known(new IdempotencyKey("key", ""))).isCompletedExceptionally();
    }
}
