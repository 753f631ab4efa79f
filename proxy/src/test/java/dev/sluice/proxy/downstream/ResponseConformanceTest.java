package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.http1.SyntaxCase;
import dev.sluice.proxy.testing.ExpectedExchange;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.upstream.GatewayAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of the tables of responses and chunked bodies, sent by a gateway through a proxy: what the client gets,
 * and whether the gateway's connection is reused.
 */
class ResponseConformanceTest {
    private static final int HEAD_BYTES_MAX = 32 * 1024;
    /** Of the case that runs. */
    private static volatile InetSocketAddress current;

    private static ProxyFixture proxy;

    private static final String REQUEST = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";
    private static final String NEXT = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext";
    private static final String FINAL = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final String CHUNKED_HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String BAD_GATEWAY =
            "(?s)HTTP/1\\.1 502 .*\r\nConnection: close\r\n\r\n<\\?xml .*<Error><Code>BadGateway</Code>.*</Error>";

    private static final Set<HttpFault> LARGE = EnumSet.of(HttpFault.TOO_MANY_HEADERS, HttpFault.HEAD_TOO_LARGE);

    @BeforeAll
    static void open() throws IOException {
        proxy = new ProxyFixture(new InetSocketAddress(0), ResponseConformanceTest::before);
    }

    @AfterAll
    static void close() {
        proxy.close();
    }

    private static ProxyOptions before(ProxyOptions o) {
        return new ProxyOptions(
                o.listen(),
                GatewayAddresses.of(() -> current),
                o.eventLoops(),
                HEAD_BYTES_MAX,
                o.headTimeoutNanos(),
                o.idleTimeoutNanos(),
                o.connectTimeoutNanos(),
                o.responseTimeoutNanos(),
                o.upstreamIdleNanos());
    }

    /** Looks often: there are hundreds of cases. */
    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    private static Stream<SyntaxCase> table(String name, Predicate<SyntaxCase> which) {
        return SyntaxCase.read(name).stream().filter(which);
    }

    static Stream<SyntaxCase> interimAnswers() {
        return table("responses.txt", one -> one.isGood() && isInterim(one));
    }

    static Stream<SyntaxCase> delimitedAnswers() {
        return table("responses.txt", one -> one.isGood() && !isInterim(one) && isDelimited(one));
    }

    static Stream<SyntaxCase> answersUntilTheEnd() {
        return table("responses.txt", one -> one.isGood() && !isInterim(one) && !isDelimited(one));
    }

    /** The bounds of a response are larger than those of the table. */
    static Stream<SyntaxCase> refusedAnswers() {
        return table("responses.txt", one -> !one.isGood() && !one.isUnfinished() && !LARGE.contains(fault(one)));
    }

    private static HttpFault fault(SyntaxCase one) {
        return HttpFault.valueOf(one.expected().get(0));
    }

    static Stream<SyntaxCase> unfinishedAnswers() {
        return table("responses.txt", SyntaxCase::isUnfinished);
    }

    static Stream<SyntaxCase> goodBodies() {
        return table("chunked.txt", SyntaxCase::isGood);
    }

    static Stream<SyntaxCase> refusedBodies() {
        return table("chunked.txt", one -> !one.isGood() && !one.isUnfinished());
    }

    static Stream<SyntaxCase> unfinishedBodies() {
        return table("chunked.txt", SyntaxCase::isUnfinished);
    }

    private static boolean isInterim(SyntaxCase one) {
        long status = ExpectedExchange.number(one, "status");
        return status >= 100 && status < 200;
    }

    private static boolean isDelimited(SyntaxCase one) {
        return ExpectedExchange.has(one, "chunked") || ExpectedExchange.number(one, "length") >= 0 || isBodiless(one);
    }

    private static boolean isBodiless(SyntaxCase one) {
        long status = ExpectedExchange.number(one, "status");
        return status == 204 || status == 304;
    }

    /** A gateway that answers the first request so, and any other with {@link #NEXT}. */
    private static final class Bed implements AutoCloseable {
        final RecordingUpstream upstream;
        /** The proxy has closed the connection of the first response. */
        final AtomicInteger firstEnded = new AtomicInteger();

        Bed(boolean thenClose, String... parts) throws IOException {
            upstream = new RecordingUpstream(connection -> {
                connection.readHead();
                if (connection.number == 1) {
                    for (String part : parts) {
                        connection.write(part);
                    }
                } else {
                    connection.write(NEXT);
                }
                if (connection.number > 1 || !thenClose) {
                    while (!connection.readHead().isEmpty()) {
                        connection.write(NEXT);
                    }
                    firstEnded.addAndGet(connection.number == 1 ? 1 : 0);
                }
            });
            current = upstream.address();
        }

        /** What a client gets that sends one request and takes all until the proxy closes. */
        String answerUntilTheEnd() throws IOException {
            try (Client client = proxy.client()) {
                return client.send(REQUEST).readAll();
            }
        }

        /** What a client gets that announces no other request. */
        String lastAnswer() throws IOException {
            try (Client client = proxy.client()) {
                return client.send(REQUEST.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
                        .readAll();
            }
        }

        void assertNextIsServed(int connections) throws IOException {
            try (Client client = proxy.client()) {
                assertThat(client.send(REQUEST).read().body()).isEqualTo("next");
            }
            assertThat(upstream.connections()).isEqualTo(connections);
        }

        void assertFirstConnectionIsNeverUsedAgain() throws IOException {
            assertNextIsServed(2);
            assertNextIsServed(2);
        }

        void assertFirstConnectionEndsAndIsNeverUsedAgain() throws IOException {
            assertFirstConnectionIsNeverUsedAgain();
            soon().until(() -> firstEnded.get() == 1);
        }

        @Override
        public void close() throws IOException {
            upstream.close();
        }
    }

    private static String head(SyntaxCase one) {
        return ExpectedExchange.text(one.bytes()).substring(0, one.end());
    }

    private static String body(SyntaxCase one) {
        if (ExpectedExchange.has(one, "chunked")) {
            return "3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n";
        }
        return isBodiless(one) ? "" : "b".repeat((int) Math.max(0, ExpectedExchange.number(one, "length")));
    }

    @ParameterizedTest
    @MethodSource("delimitedAnswers")
    void answer_passes_as_it_came(SyntaxCase one) throws Exception {
        ExpectedExchange expected = new ExpectedExchange(head(one), false);
        assertThat((long) expected.cut()).isEqualTo(Math.max(0, ExpectedExchange.number(one, "cut")));
        try (Bed bed = new Bed(false, head(one) + body(one))) {
            assertThat(bed.lastAnswer()).isEqualTo(expected.with("Connection: close") + body(one));
            bed.assertNextIsServed(ExpectedExchange.has(one, "close") ? 2 : 1);
        }
    }

    @ParameterizedTest
    @MethodSource("delimitedAnswers")
    void answer_with_something_behind_it_passes_alone_and_ends_its_connection(SyntaxCase one) throws Exception {
        ExpectedExchange expected = new ExpectedExchange(head(one), false);
        try (Bed bed = new Bed(false, head(one) + body(one) + "HTTP/1.1 200 OK\r\nX-Poison: ")) {
            assertThat(bed.lastAnswer()).isEqualTo(expected.with("Connection: close") + body(one));
            bed.assertFirstConnectionEndsAndIsNeverUsedAgain();
        }
    }

    @ParameterizedTest
    @MethodSource("answersUntilTheEnd")
    void answer_without_a_length_passes_until_its_end(SyntaxCase one) throws Exception {
        ExpectedExchange expected = new ExpectedExchange(head(one), false);
        assertThat((long) expected.cut()).isEqualTo(Math.max(0, ExpectedExchange.number(one, "cut")));
        try (Bed bed = new Bed(true, head(one), "\0all\r\n", "of it\n")) {
            assertThat(bed.answerUntilTheEnd()).isEqualTo(expected.with("Connection: close") + "\0all\r\nof it\n");
            bed.assertFirstConnectionIsNeverUsedAgain();
        }
    }

    @ParameterizedTest
    @MethodSource("interimAnswers")
    void interim_answer_that_nobody_asked_for_does_not_pass(SyntaxCase one) throws Exception {
        try (Bed bed = new Bed(false, head(one) + head(one), head(one) + FINAL)) {
            assertThat(bed.lastAnswer()).isEqualTo(new ExpectedExchange(FINAL, false).with("Connection: close"));
            bed.assertNextIsServed(1);
        }
    }

    @ParameterizedTest
    @MethodSource("refusedAnswers")
    void refused_answer_becomes_502_and_ends_its_connection(SyntaxCase one) throws Exception {
        long before = proxy.counters.responseFaults.of(fault(one)).sum();
        try (Bed bed = new Bed(false, ExpectedExchange.text(one.bytes()))) {
            assertThat(bed.answerUntilTheEnd()).matches(BAD_GATEWAY).contains("is not valid HTTP");
            bed.assertFirstConnectionEndsAndIsNeverUsedAgain();
            assertThat(proxy.counters.responseFaults.of(fault(one)).sum()).isEqualTo(before + 1);
        }
    }

    @Test
    void answer_with_too_many_lines_or_too_large_a_head_becomes_502() throws Exception {
        for (String head : List.of("a: b\r\n".repeat(16_385), "a: " + "b".repeat(1 << 20))) {
            try (Bed bed = new Bed(false, "HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n")) {
                assertThat(bed.answerUntilTheEnd()).matches(BAD_GATEWAY);
                bed.assertFirstConnectionEndsAndIsNeverUsedAgain();
            }
        }
    }

    @Test
    void answer_with_very_many_lines_passes() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + "a: b\r\n".repeat(16_383) + "\r\n";
        try (Bed bed = new Bed(false, head)) {
            assertThat(bed.lastAnswer()).isEqualTo(new ExpectedExchange(head, false).with("Connection: close"));
        }
    }

    @ParameterizedTest
    @MethodSource("unfinishedAnswers")
    void answer_that_breaks_off_in_its_head_becomes_502(SyntaxCase one) throws Exception {
        try (Bed bed = new Bed(true, ExpectedExchange.text(one.bytes()))) {
            assertThat(bed.answerUntilTheEnd()).matches(BAD_GATEWAY);
            bed.assertFirstConnectionIsNeverUsedAgain();
        }
    }

    @ParameterizedTest
    @MethodSource("goodBodies")
    void chunks_pass_as_they_came(SyntaxCase one) throws Exception {
        try (Bed bed = new Bed(false, CHUNKED_HEAD + head(one))) {
            assertThat(bed.lastAnswer())
                    .isEqualTo(new ExpectedExchange(CHUNKED_HEAD, false).with("Connection: close") + head(one));
            bed.assertNextIsServed(1);
        }
    }

    @ParameterizedTest
    @MethodSource("refusedBodies")
    void refused_chunks_behind_their_head_become_502_or_break_off(SyntaxCase one) throws Exception {
        String body = ExpectedExchange.text(one.bytes());
        try (Bed bed = new Bed(false, CHUNKED_HEAD + body)) {
            String answer = bed.answerUntilTheEnd();

            // The head may have been read alone, though it was sent in one piece with the rest.
            assertThat(answer.matches(BAD_GATEWAY) || isPartOf(answer, body)).isTrue();
            bed.assertFirstConnectionEndsAndIsNeverUsedAgain();
        }
    }

    @ParameterizedTest
    @MethodSource("refusedBodies")
    void refused_chunks_break_off_where_the_head_has_passed(SyntaxCase one) throws Exception {
        String body = ExpectedExchange.text(one.bytes());
        try (Bed bed = new Bed(false, CHUNKED_HEAD + "1\r\nx\r\n", body)) {
            String answer = bed.answerUntilTheEnd();

            assertThat(answer.matches(BAD_GATEWAY) || isPartOf(answer, "1\r\nx\r\n" + body))
                    .isTrue();
            bed.assertFirstConnectionEndsAndIsNeverUsedAgain();
        }
    }

    @ParameterizedTest
    @MethodSource("unfinishedBodies")
    void chunks_that_break_off_do_so_for_the_client(SyntaxCase one) throws Exception {
        String body = ExpectedExchange.text(one.bytes());
        try (Bed bed = new Bed(true, CHUNKED_HEAD + body)) {
            assertThat(isPartOf(bed.answerUntilTheEnd(), body)).isTrue();
            bed.assertFirstConnectionIsNeverUsedAgain();
        }
    }

    private static boolean isPartOf(String answer, String body) {
        return (CHUNKED_HEAD + body).startsWith(answer);
    }
}
