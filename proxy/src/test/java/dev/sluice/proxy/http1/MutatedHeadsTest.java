package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Changed heads and bodies, of which Netty must think as we do. A seed is drawn and printed;
 * {@code -Dsluice.http1.seed=N} repeats a run, {@code -Dsluice.http1.mutations=N} makes it longer.
 */
class MutatedHeadsTest {
    private static final int MUTATIONS = Integer.getInteger("sluice.http1.mutations", 100_000);
    /** A slow machine looks at fewer. */
    private static final long NANOS_MAX = MUTATIONS * TimeUnit.MICROSECONDS.toNanos(60);

    private final long seed = Long.getLong("sluice.http1.seed", System.nanoTime());

    @Test
    void changedRequests_meanTheSameToNettyOrAreRefused() {
        run(
                "requests",
                with(RecordedHeads.REQUESTS, "requests.txt"),
                bytes -> ParserComparison.onRequest(bytes) == HeadParseResult.COMPLETE);
    }

    @Test
    void changedResponses_meanTheSameToNettyOrAreRefused() {
        run(
                "responses",
                with(RecordedHeads.RESPONSES, "responses.txt"),
                bytes -> ParserComparison.onResponse(bytes) == HeadParseResult.COMPLETE);
    }

    @Test
    void changedBodies_meanTheSameToNettyOrAreRefused() {
        Random cuts = new Random(seed);
        run("bodies", with(RecordedHeads.CHUNKED, "chunked.txt"), bytes -> ParserComparison.onChunkedBody(bytes, cuts));
    }

    private void run(String what, List<byte[]> seeds, Predicate<byte[]> isGood) {
        System.out.println("mutated " + what + ": -Dsluice.http1.seed=" + seed);
        HeadMutations mutations = new HeadMutations(seeds, new Random(seed));
        long start = System.nanoTime();
        int tried = 0;
        int good = 0;
        while (tried < MUTATIONS && System.nanoTime() - start < NANOS_MAX) {
            good += isGood.test(mutations.next()) ? 1 : 0;
            tried++;
        }
        System.out.printf("mutated %s: %d tried, %d accepted by both%n", what, tried, good);
        // a test that compares nothing proves nothing
        assertThat(good).isGreaterThan(tried / 20);
        assertThat(good).isLessThan(tried);
    }

    /** Small cases too; the large ones would be most of the time. */
    private static List<byte[]> with(List<byte[]> real, String table) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.addAll(real);
        }
        SyntaxCase.read(table).stream()
                .map(SyntaxCase::bytes)
                .filter(bytes -> bytes.length > 0 && bytes.length < 1000)
                .forEach(all::add);
        return all;
    }
}
