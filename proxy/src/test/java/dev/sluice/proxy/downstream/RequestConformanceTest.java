package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.http1.SyntaxCase;
import dev.sluice.proxy.testing.ExpectedExchange;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.StrictUpstream;
import dev.sluice.proxy.testing.StrictUpstream.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of the tables of requests and chunked bodies, through a proxy, with another request right behind it: what
 * the gateway gets, and what the client.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestConformanceTest {
    private static final int HEAD_BYTES_MAX = 32 * 1024;
    private static final int CUTS = 3;
    private static final long SENT_MAX = 1 << 20;
    /** The proxy takes one empty line before a head for nothing, where the parser alone refuses it. */
    private static final String EMPTY_LINE_FIRST = "empty line first";

    private static final String ONLY_AN_EMPTY_LINE = "only an empty line";
    private static final String CHUNKED_HEAD = "PUT /b/k HTTP/1.1\r\nHost: s3\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String FORWARDED_FOR = "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http";
    private static final Seen SECOND =
            new Seen("GET /second HTTP/1.1\r\nHost: second\r\n" + FORWARDED_FOR + "\r\n\r\n", "");
    private static final String SEND_SECOND = "GET /second HTTP/1.1\r\nHost: second\r\nConnection: close\r\n\r\n";
    private static final String LAST_ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n" + StrictUpstream.ANSWER_BODY;
    private static final String S3_ERROR = "(?s)HTTP/1\\.1 %s .*\r\nContent-Type: application/xml\r\n.*\r\n"
            + "Connection: close\r\n\r\n<\\?xml .*<Error><Code>[A-Za-z]+</Code>.*</Error>";

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final StrictUpstream strict = new StrictUpstream();
    private RecordingUpstream upstream;
    private ProxyFixture proxy;
    /**
     * On the proxy's one event loop: what was sent on another connection before is read before this one is served, or
     * with it.
     */
    private Client fence;

    @BeforeAll
    void open() throws IOException {
        System.out.println("ConformanceTest: seed " + seed);
        upstream = new RecordingUpstream(strict);
        proxy = new ProxyFixture(upstream.address(), RequestConformanceTest::withLargerHeads);
        fence = proxy.client();
    }

    private static ProxyOptions withLargerHeads(ProxyOptions o) {
        return new ProxyOptions(
                o.listen(),
                o.upstream(),
                o.eventLoops(),
                HEAD_BYTES_MAX,
                o.headTimeoutNanos(),
                o.idleTimeoutNanos(),
                o.connectTimeoutNanos(),
                o.responseTimeoutNanos(),
                o.upstreamIdleNanos());
    }

    @AfterAll
    void close() throws IOException {
        fence.close();
        proxy.close();
        upstream.close();
    }

    /** Looks often: there are hundreds of cases. */
    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    private static Stream<SyntaxCase> table(String name, Predicate<SyntaxCase> which) {
        return SyntaxCase.read(name).stream().filter(which);
    }

    static Stream<SyntaxCase> acceptedHeads() {
        return table("requests.txt", one -> one.isGood() && ExpectedExchange.number(one, "length") < SENT_MAX);
    }

    static Stream<SyntaxCase> endlessHeads() {
        return table("requests.txt", one -> ExpectedExchange.number(one, "length") >= SENT_MAX);
    }

    static Stream<SyntaxCase> refusedHeads() {
        return table("requests.txt", one -> !one.isGood() && !one.isUnfinished())
                .filter(one ->
                        !one.name().equals(EMPTY_LINE_FIRST) && !one.name().equals(ONLY_AN_EMPTY_LINE));
    }

    static Stream<SyntaxCase> skippedEmptyLines() {
        return table("requests.txt", one -> true)
                .filter(one -> one.name().equals(EMPTY_LINE_FIRST) || one.name().equals(ONLY_AN_EMPTY_LINE));
    }

    static Stream<SyntaxCase> unfinishedHeads() {
        return table("requests.txt", SyntaxCase::isUnfinished);
    }

    static Stream<SyntaxCase> acceptedBodies() {
        return table("chunked.txt", SyntaxCase::isGood);
    }

    static Stream<SyntaxCase> refusedBodies() {
        return table("chunked.txt", one -> !one.isGood() && !one.isUnfinished());
    }

    static Stream<SyntaxCase> unfinishedBodies() {
        return table("chunked.txt", SyntaxCase::isUnfinished);
    }

    @ParameterizedTest
    @MethodSource("acceptedHeads")
    void accepted_head_passes_as_it_came_and_so_does_what_is_behind_it(SyntaxCase one) throws Exception {
        String bytes = ExpectedExchange.text(one.bytes());
        String head = bytes.substring(0, one.end());
        String rest = bytes.substring(one.end());
        String body = body(one, rest);
        boolean requestBehind = body.isEmpty() && !rest.isEmpty();
        ExpectedExchange expected = new ExpectedExchange(head, true);
        assertThat((long) expected.cut()).isEqualTo(Math.max(0, ExpectedExchange.number(one, "cut")));
        List<Seen> seen = new ArrayList<>(List.of(new Seen(expected.with(FORWARDED_FOR), body)));
        String answers = answer(one, head);
        if (requestBehind) {
            seen.add(new Seen(new ExpectedExchange(rest, true).with(FORWARDED_FOR), ""));
            answers += StrictUpstream.ANSWER_HEAD + StrictUpstream.ANSWER_BODY;
        }
        if (!ExpectedExchange.has(one, "close")) {
            seen.add(SECOND);
            answers += LAST_ANSWER;
        }

        assertPasses(head + (requestBehind ? rest : body), seen, answers);
    }

    /** A body as the table has it, or one made up. */
    private static String body(SyntaxCase one, String rest) {
        if (ExpectedExchange.has(one, "chunked")) {
            return rest.isEmpty() ? "5;x=y\r\nhello\r\n0\r\nx-t: 1\r\n\r\n" : rest;
        }
        int length = (int) Math.max(0, ExpectedExchange.number(one, "length"));
        return length == 0 || rest.length() == length
                ? rest.substring(0, Math.min(length, rest.length()))
                : "b".repeat(length);
    }

    private static String answer(SyntaxCase one, String head) {
        String connection = ExpectedExchange.has(one, "close")
                ? "Connection: close"
                : ExpectedExchange.has(one, "http10") ? "Connection: keep-alive" : "";
        return new ExpectedExchange(StrictUpstream.ANSWER_HEAD, false).with(connection)
                + (head.startsWith("HEAD ") ? "" : StrictUpstream.ANSWER_BODY);
    }

    @ParameterizedTest
    @MethodSource("acceptedBodies")
    void accepted_chunks_pass_as_they_came_and_so_does_what_is_behind_them(SyntaxCase one) throws Exception {
        String body = ExpectedExchange.text(one.bytes()).substring(0, one.end());
        Seen seen = new Seen(new ExpectedExchange(CHUNKED_HEAD, true).with(FORWARDED_FOR), body);

        assertPasses(
                CHUNKED_HEAD + body,
                List.of(seen, SECOND),
                StrictUpstream.ANSWER_HEAD + StrictUpstream.ANSWER_BODY + LAST_ANSWER);
    }

    @ParameterizedTest
    @MethodSource("skippedEmptyLines")
    void one_empty_line_before_a_head_is_nothing(SyntaxCase one) throws Exception {
        String head = ExpectedExchange.text(one.bytes()).substring(2);
        List<Seen> seen = new ArrayList<>();
        String answers = "";
        if (!head.isEmpty()) {
            seen.add(new Seen(new ExpectedExchange(head, true).with(FORWARDED_FOR), ""));
            answers = StrictUpstream.ANSWER_HEAD + StrictUpstream.ANSWER_BODY;
        }
        seen.add(SECOND);

        assertPasses("\r\n" + head, seen, answers + LAST_ANSWER);
    }

    private void assertPasses(String bytes, List<Seen> seen, String answers) throws IOException {
        for (int round = 0; round <= CUTS; round++) {
            int before = strict.requests.size();
            long forwardedBefore = proxy.counters.forwarded.sum();

            Exchanged exchanged = exchange(bytes + SEND_SECOND, round > 0);

            assertThat(exchanged.answers()).as(exchanged.how()).isEqualTo(answers);
            assertThat(strict.requests.subList(before, strict.requests.size()))
                    .as(exchanged.how())
                    .isEqualTo(seen);
            assertThat(proxy.counters.forwarded.sum() - forwardedBefore).isEqualTo(seen.size());
            assertThat(strict.remains).as(exchanged.how()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("refusedHeads")
    void refused_head_is_answered_and_nothing_of_it_and_behind_it_is_passed_on(SyntaxCase one) throws Exception {
        HttpFault fault = HttpFault.valueOf(one.expected().get(0));
        int status = fault.status();
        for (int round = 0; round <= CUTS; round++) {
            int before = strict.requests.size();
            long forwardedBefore = proxy.counters.forwarded.sum();
            long malformedBefore = proxy.counters.malformed.sum();
            long faultsBefore = proxy.counters.requestFaults.of(fault).sum();

            Exchanged exchanged = exchange(ExpectedExchange.text(one.bytes()) + SEND_SECOND, round > 0);

            assertThat(exchanged.answers()).as(exchanged.how()).matches(S3_ERROR.formatted(status));
            assertThat(exchanged.answers().split("HTTP/1.1 ", -1)).hasSize(2);
            assertThat(proxy.counters.forwarded.sum()).as(exchanged.how()).isEqualTo(forwardedBefore);
            assertThat(proxy.counters.malformed.sum()).isEqualTo(malformedBefore + 1);
            assertThat(proxy.counters.requestFaults.of(fault).sum()).isEqualTo(faultsBefore + 1);
            assertThat(strict.requests).hasSize(before);
            assertThat(strict.remains).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("unfinishedHeads")
    void head_that_never_ends_is_passed_on_in_no_part(SyntaxCase one) throws Exception {
        long forwardedBefore = proxy.counters.forwarded.sum();
        try (Client client = proxy.client()) {
            client.send(one.bytes());
            client.shutdownOutput();

            assertThat(client.readAll()).isEmpty();
            assertThat(proxy.counters.forwarded.sum()).isEqualTo(forwardedBefore);
        }
    }

    @ParameterizedTest
    @MethodSource("refusedBodies")
    void refused_chunks_never_become_a_request_nor_does_what_is_behind_them(SyntaxCase one) throws Exception {
        // Its own gateway: the head and chunks before the bad one are passed on, and stay without an end.
        StrictUpstream own = new StrictUpstream();
        try (RecordingUpstream ownUpstream = new RecordingUpstream(own);
                ProxyFixture ownProxy = new ProxyFixture(ownUpstream.address());
                Client ownFence = ownProxy.client()) {
            for (int round = 0; round <= CUTS; round++) {
                String bytes = CHUNKED_HEAD + ExpectedExchange.text(one.bytes()) + SEND_SECOND;
                Exchanged exchanged = exchange(ownProxy, ownFence, bytes, round > 0);

                assertThat(exchanged.answers()).as(exchanged.how()).matches(S3_ERROR.formatted(400));
                assertThat(exchanged.answers().split("HTTP/1.1 ", -1)).hasSize(2);
            }
            assertThat(ownProxy.counters.forwarded.sum()).isEqualTo(CUTS + 1);
            assertOnlyPartsOf(own, ownUpstream, one);
        }
    }

    @ParameterizedTest
    @MethodSource("unfinishedBodies")
    void chunks_that_never_end_never_become_a_request(SyntaxCase one) throws Exception {
        StrictUpstream own = new StrictUpstream();
        try (RecordingUpstream ownUpstream = new RecordingUpstream(own);
                ProxyFixture ownProxy = new ProxyFixture(ownUpstream.address());
                Client client = ownProxy.client()) {
            client.send(CHUNKED_HEAD + ExpectedExchange.text(one.bytes()));
            client.shutdownOutput();

            assertThat(client.readAll()).isEmpty();
            assertThat(ownProxy.counters.forwarded.sum()).isEqualTo(1);
            assertOnlyPartsOf(own, ownUpstream, one);
        }
    }

    /** Waits for the ends of all connections to the gateway; a connection may have ended before a byte went over it. */
    private static void assertOnlyPartsOf(StrictUpstream own, RecordingUpstream ownUpstream, SyntaxCase one) {
        String most = new ExpectedExchange(CHUNKED_HEAD, true).with(FORWARDED_FOR) + ExpectedExchange.text(one.bytes());
        soon().until(() -> own.ended.get() == ownUpstream.connections());
        assertThat(own.requests).isEmpty();
        assertThat(own.remains).allSatisfy(part -> assertThat(most).startsWith(part));
    }

    @ParameterizedTest
    @MethodSource("endlessHeads")
    void head_with_a_length_that_nobody_can_send_passes_and_what_follows_is_its_body(SyntaxCase one) throws Exception {
        StrictUpstream own = new StrictUpstream();
        String head = ExpectedExchange.text(one.bytes());
        try (RecordingUpstream ownUpstream = new RecordingUpstream(own);
                ProxyFixture ownProxy = new ProxyFixture(ownUpstream.address())) {
            try (Client client = ownProxy.client()) {
                client.send(head + SEND_SECOND);
                soon().until(() -> ownProxy.counters.bytesFromClients.sum() == SEND_SECOND.length());
            }

            String passed = new ExpectedExchange(head, true).with(FORWARDED_FOR) + SEND_SECOND;
            soon().untilAsserted(() -> assertThat(own.remains).containsExactly(passed));
            assertThat(own.requests).isEmpty();
        }
    }

    private record Exchanged(String answers, String how) {}

    private Exchanged exchange(String bytes, boolean cutInTwo) throws IOException {
        return exchange(proxy, fence, bytes, cutInTwo);
    }

    private Exchanged exchange(ProxyFixture through, Client via, String bytes, boolean cutInTwo) throws IOException {
        try (Client client = through.client()) {
            int cut = cutInTwo ? 1 + random.nextInt(bytes.length() - 1) : 0;
            if (cutInTwo) {
                client.send(bytes.substring(0, cut));
                via.send("GET /refuse HTTP/1.1\r\nHost: s3\r\n\r\n").read();
            }
            client.send(bytes.substring(cut));
            return new Exchanged(client.readAll(), "seed " + seed + ", cut at " + cut);
        }
    }
}
