package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.http1.HeadMutations;
import dev.sluice.proxy.http1.RecordedHeads;
import dev.sluice.proxy.http1.SyntaxCase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests behind one another, good and bad, through the request path: they come out as they went in, or not at all. A
 * seed is drawn and printed; {@code -Dsluice.http1.seed=N} repeats a run, {@code -Dsluice.path.mutations=N} makes it
 * longer.
 */
class RequestPathTest {
    private static final int SCHEDULES = 4;
    private static final int MUTATIONS = Integer.getInteger("sluice.path.mutations", 10_000);
    /** A slow machine looks at fewer. */
    private static final long NANOS_MAX = MUTATIONS * TimeUnit.MICROSECONDS.toNanos(250);

    private static final String CHUNKED_HEAD = "PUT /b/k HTTP/1.1\r\nHost: s3\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String SECOND = "DELETE /second HTTP/1.1\r\nHost: second\r\n\r\n";

    private final long seed = Long.getLong("sluice.http1.seed", System.nanoTime());

    static Stream<SyntaxCase> heads() {
        return SyntaxCase.read("requests.txt").stream();
    }

    static Stream<SyntaxCase> bodies() {
        return SyntaxCase.read("chunked.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("heads")
    void head_withAnotherBehindIt_comesOutAsItWent(SyntaxCase one) {
        byte[] bytes = join(one.bytes(), bytes(SECOND));

        for (int schedule = 0; schedule < SCHEDULES; schedule++) {
            int through = RequestPathCheck.requestsOf(bytes, schedule);

            assertThat(through).isLessThanOrEqualTo(one.isGood() ? 3 : 2);
        }
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void chunks_withARequestBehindThem_comeOutAsTheyWent(SyntaxCase one) {
        byte[] bytes = join(bytes(CHUNKED_HEAD), one.bytes(), bytes(SECOND));

        for (int schedule = 0; schedule < SCHEDULES; schedule++) {
            RequestPathCheck.requestsOf(bytes, schedule);
        }
    }

    /** Gateways answer before the end of some of them, as a schedule has it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 78\r\n\r\nGET /in-the-body HTTP/1.1\r\nHost: s3\r\n\r\n"
                        + "GET /in-the-body HTTP/1.1\r\nHost: s3\r\n\r\n",
                "PUT /b/k HTTP/1.1\r\nHost: s3\r\nTransfer-Encoding: chunked\r\n\r\n27\r\n"
                        + "GET /in-the-body HTTP/1.1\r\nHost: s3\r\n\r\n\r\n0\r\n\r\n",
                "PUT /b/k HTTP/1.1\r\nHost: s3\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
                "PUT /refuse HTTP/1.1\r\nHost: s3\r\nContent-Length: 47\r\n\r\n"
                        + "GET /in-the-body HTTP/1.1\r\nHost: s3\r\nabc: d\r\n\r\n",
                "GET /b/k HTTP/1.1\r\nHost: s3\r\nX-Forwarded-For: 6.6.6.6\r\nx_forwarded-For:7.7.7.7\r\n"
                        + "Connection: X-Forwarded-For, x_forwarded_for\r\nX_FORWARDED_FOR: 8.8.8.8\r\n\r\n",
                "\r\nHEAD /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 3\r\n\r\nabc\r\n"
            })
    void oddButGood_comesOutAsItWent_atEverySchedule(String text) {
        for (int schedule = 0; schedule < 256; schedule++) {
            RequestPathCheck.requestsOf(bytes(text + SECOND + text), schedule);
        }
        assertThat(RequestPathCheck.requestsOf(bytes(text + SECOND + text), 0))
                .isEqualTo(text.contains("refuse") ? 1 : 3);
    }

    @Test
    void twoGoodRequests_comeThrough() {
        byte[] bytes = join(bytes("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 5\r\n\r\nhello"), bytes(SECOND));

        assertThat(RequestPathCheck.requestsOf(bytes, 0)).isEqualTo(2);
        assertThat(RequestPathCheck.requestsOf(bytes, 1)).isEqualTo(2);
    }

    @Test
    void changedRequests_comeOutAsTheyWentOrNotAtAll() {
        System.out.println("mutated request path: -Dsluice.http1.seed=" + seed);
        Random random = new Random(seed);
        HeadMutations mutations = new HeadMutations(seeds(), random);
        long start = System.nanoTime();
        int tried = 0;
        int through = 0;
        while (tried < MUTATIONS && System.nanoTime() - start < NANOS_MAX) {
            byte[] bytes = random.nextBoolean()
                    ? join(mutations.next(), bytes(SECOND))
                    : join(mutations.next(), mutations.next());
            through += RequestPathCheck.requestsOf(bytes, random.nextInt(256));
            tried++;
        }
        System.out.printf("mutated request path: %d tried, %d requests came through%n", tried, through);
        // a test that lets nothing through proves nothing
        assertThat(through).isGreaterThan(tried / 10);
    }

    private static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            seeds.addAll(RecordedHeads.REQUESTS);
        }
        Stream.concat(heads().map(SyntaxCase::bytes), bodies().map(one -> join(bytes(CHUNKED_HEAD), one.bytes())))
                .filter(bytes -> bytes.length > 0 && bytes.length < 1000)
                .forEach(seeds::add);
        return seeds;
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int end = all.length;
            all = Arrays.copyOf(all, end + part.length);
            System.arraycopy(part, 0, all, end, part.length);
        }
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
