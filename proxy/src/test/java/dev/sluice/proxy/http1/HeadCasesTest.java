package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of requests and responses: what is accepted as what, and what is refused why. */
class HeadCasesTest {
    private static final int BYTES_MAX = 32 * 1024;
    /** Of a longer input, positions in its middle are sampled. */
    private static final int EVERY_POSITION_UP_TO = 1000;

    /** Used for all cases: what one leaves behind must not show in the next. */
    private static final RequestHead REQUEST = new RequestHead();

    private static final ResponseHead RESPONSE = new ResponseHead();

    static List<SyntaxCase> requests() {
        return SyntaxCase.read("requests.txt");
    }

    static List<SyntaxCase> responses() {
        return SyntaxCase.read("responses.txt");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void request_isAsInTheTable(SyntaxCase one) {
        REQUEST.parse(one.bytes(), one.bytes().length, BYTES_MAX);

        assertThat(words(REQUEST, one, HeadCasesTest::describeRequest))
                .containsExactlyInAnyOrderElementsOf(one.expected());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void request_isTheSameHoweverItArrives(SyntaxCase one) {
        assertSameAtEveryCut(REQUEST, one);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void request_meansTheSameToNetty(SyntaxCase one) {
        ParserComparison.onRequest(one.bytes());
    }

    @ParameterizedTest
    @MethodSource("responses")
    void response_isAsInTheTable(SyntaxCase one) {
        RESPONSE.parse(one.bytes(), one.bytes().length, BYTES_MAX);

        assertThat(words(RESPONSE, one, HeadCasesTest::describeResponse))
                .containsExactlyInAnyOrderElementsOf(one.expected());
    }

    @ParameterizedTest
    @MethodSource("responses")
    void response_isTheSameHoweverItArrives(SyntaxCase one) {
        assertSameAtEveryCut(RESPONSE, one);
    }

    @ParameterizedTest
    @MethodSource("responses")
    void response_meansTheSameToNetty(SyntaxCase one) {
        ParserComparison.onResponse(one.bytes());
    }

    private static void assertSameAtEveryCut(MessageHead head, SyntaxCase one) {
        cuts(one.bytes().length).forEach(cut -> {
            HeadParseResult parsed = head.parse(one.bytes(), cut, BYTES_MAX);

            if (one.isUnfinished() || (one.isGood() && cut < one.end())) {
                assertThat(parsed).as("cut at %d", cut).isEqualTo(HeadParseResult.INCOMPLETE);
            } else if (one.isGood()) {
                assertThat(parsed).as("cut at %d", cut).isEqualTo(HeadParseResult.COMPLETE);
                assertThat(head.length()).as("cut at %d", cut).isEqualTo(one.end());
            } else if (parsed == HeadParseResult.INVALID) {
                assertThat(head.fault())
                        .as("cut at %d", cut)
                        .hasToString(one.expected().get(0));
            } else {
                assertThat(parsed).as("cut at %d", cut).isEqualTo(HeadParseResult.INCOMPLETE);
                assertThat(cut).isLessThan(one.bytes().length);
            }
        });
    }

    private static IntStream cuts(int length) {
        return IntStream.rangeClosed(0, length)
                .filter(cut ->
                        cut < EVERY_POSITION_UP_TO / 2 || cut > length - EVERY_POSITION_UP_TO / 2 || cut % 97 == 0);
    }

    private static List<String> words(MessageHead head, SyntaxCase one, Supplier<Stream<String>> details) {
        if (head.fault() != HttpFault.NONE) {
            return List.of(head.fault().name());
        }
        if (head.length() == 0) {
            return List.of("more");
        }
        assertThat(head.length()).isEqualTo(one.end());
        List<String> words = new ArrayList<>(List.of("ok"));
        details.get().forEach(words::add);
        addIf(words, head.contentLength() >= 0, "length=" + head.contentLength());
        addIf(words, head.isChunked(), "chunked");
        addIf(words, !head.isKeepAlive(), "close");
        addIf(words, head.isHttp10(), "http10");
        long cut = IntStream.range(0, head.headers().count())
                .filter(head::isHopByHop)
                .count();
        addIf(words, cut > 0, "cut=" + cut);
        return words;
    }

    private static Stream<String> describeRequest() {
        List<String> words = new ArrayList<>();
        addIf(words, REQUEST.expectsContinue(), "expect");
        addIf(words, REQUEST.queryStart() >= 0, "query");
        return words.stream();
    }

    private static Stream<String> describeResponse() {
        return RESPONSE.status() == 200 ? Stream.empty() : Stream.of("status=" + RESPONSE.status());
    }

    private static void addIf(List<String> words, boolean condition, String word) {
        if (condition) {
            words.add(word);
        }
    }
}
