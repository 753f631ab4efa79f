package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of chunked bodies. */
class ChunkedCasesTest {
    private final ChunkedBody body = new ChunkedBody();

    static List<SyntaxCase> bodies() {
        return SyntaxCase.read("chunked.txt");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void body_isAsInTheTable(SyntaxCase one) {
        int passed = body.advance(buf(one), 0, one.bytes().length);

        assertOutcome(one, passed);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void body_isTheSameInTwoPieces(SyntaxCase one) {
        ByteBuf buf = buf(one);
        int length = one.bytes().length;
        for (int cut = 0; cut <= length; cut++) {
            body.reset();
            int passed = body.advance(buf, 0, cut);
            if (passed == cut) {
                passed += body.advance(buf, cut, length);
            }

            assertOutcome(one, passed);
        }
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void body_isTheSameByteByByte(SyntaxCase one) {
        ByteBuf buf = buf(one);
        int passed = 0;
        for (int at = 0; at < one.bytes().length; at++) {
            passed += body.advance(buf, at, at + 1);
        }

        assertOutcome(one, passed);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void body_meansTheSameToNetty(SyntaxCase one) {
        assertThat(ParserComparison.onChunkedBody(one.bytes(), new Random(1))).isEqualTo(one.isGood());
    }

    private void assertOutcome(SyntaxCase one, int passed) {
        assertThat(body.isDone()).isEqualTo(one.isGood());
        assertThat(body.isInvalid()).isEqualTo(!one.isGood() && !one.isUnfinished());
        if (one.isGood()) {
            assertThat(passed).isEqualTo(one.end());
            assertThat("data=" + body.dataBytes()).isEqualTo(one.expected().get(1));
        }
    }

    private static ByteBuf buf(SyntaxCase one) {
        return Unpooled.wrappedBuffer(one.bytes());
    }
}
