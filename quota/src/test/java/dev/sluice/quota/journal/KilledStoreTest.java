package dev.sluice.quota.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.alloc.AllocCommand.Define;
import dev.sluice.quota.alloc.AllocResult;
import dev.sluice.quota.alloc.AllocResult.Decided;
import dev.sluice.quota.alloc.QuotaView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that allocates, at random moments. {@code -Dsluice.kills=100} kills it so often. A failure prints its
 * seed.
 */
class KilledStoreTest {
    private static final int KILLS = Integer.getInteger("sluice.kills", 4);
    private static final long CAPACITY = 1_000_000_000;
    private static final int IN_FLIGHT = 64;
    /** However slow the machine is, no key is forgotten. */
    private static final AllocBounds BOUNDS = new AllocBounds(1_000_000, 24 * 3_600_000L);

    private static final int LINES_MAX = 3_000;

    @TempDir
    private Path directory;

    /** A process that allocates a token for each key, and prints the key before, and again once it is durable. */
    public static final class Allocating {
        public static void main(String[] arguments) throws Exception {
            AllocStore store = AllocStore.local(
                    Path.of(arguments[0]), AllocStoreTest.SEGMENT_BYTES, BOUNDS, System::currentTimeMillis);
            store.submit(new Define(AllocStoreTest.QUOTA, CAPACITY, 0)).join();
            Semaphore places = new Semaphore(IN_FLIGHT);
            for (int i = 0; ; i++) {
                String key = arguments[1] + "-" + i;
                places.acquire();
                print("asked " + key);
                store.submit(AllocStoreTest.allocateOne(key)).thenAccept(result -> {
                    print((((Decided) result).isApplied() ? "done " : "refused ") + key);
                    places.release();
                });
            }
        }

        private static synchronized void print(String line) {
            System.out.println(line);
        }
    }

    @Test
    void killedProcess_losesNothingAcknowledged_andAppliesNothingTwice() throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        Random random = new Random(seed);
        Set<String> asked = new HashSet<>();
        Set<String> done = new HashSet<>();
        for (int i = 0; i < KILLS; i++) {
            runAndKill("run" + i, random.nextInt(LINES_MAX), asked, done);
            check(asked, done, "seed " + seed + ", kill " + i);
        }
        assertThat(done).as("seed " + seed).isNotEmpty();
    }

    private void runAndKill(String run, int lines, Set<String> asked, Set<String> done) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Allocating.class.getName(),
                        directory.toString(),
                        run)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int read = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (read++ == lines) {
                    process.toHandle().destroyForcibly();
                }
                boolean isWhole = line.matches("(asked|done) run\\d+-\\d+");
                if (isWhole) {
                    (line.startsWith("done") ? done : asked).add(line.substring(line.indexOf(' ') + 1));
                }
            }
        }
        assertThat(process.onExit().join().exitValue()).isNotZero();
    }

    /** A repetition by key settles what was in flight: then each key asked for has one token. */
    private void check(Set<String> asked, Set<String> done, String where) throws IOException {
        try (AllocStore store =
                AllocStore.local(directory, AllocStoreTest.SEGMENT_BYTES, BOUNDS, System::currentTimeMillis)) {
            long before = allocated(store);
            assertThat(before).as(where).isBetween((long) done.size(), (long) asked.size());
            for (String key : done) {
                CompletableFuture<AllocResult> again = store.submit(AllocStoreTest.allocateOne(key));
                assertThat(((Decided) again.join()).isApplied())
                        .as(where + ", " + key)
                        .isTrue();
            }
            assertThat(allocated(store)).as(where).isEqualTo(before);
            for (String key : asked) {
                store.submit(AllocStoreTest.allocateOne(key)).join();
            }
            done.addAll(asked);
            assertThat(allocated(store)).as(where).isEqualTo(asked.size());
        }
    }

    private static long allocated(AllocStore store) {
        return store.view(AllocStoreTest.QUOTA).map(QuotaView::allocated).orElse(0L);
    }
}
