package dev.sluice.proxy.admin.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonCodecTest {
    private enum Shade {
        LIGHT_BLUE,
        RED
    }

    private record Inner(
            Shade shade, @JsonKey("would-reject") long wouldReject) {}

    private record Outer(String nodeName, double ageSeconds, Optional<Inner> first, List<Inner> others) {}

    private record Change(String subjectName, int count, Shade shade) {
        Change {
            if (subjectName == null) {
                throw new IllegalArgumentException("subject_name is missing");
            }
        }
    }

    @Test
    void record_isWrittenInSnakeCase_inItsOrder() {
        Outer outer = new Outer(
                "a\"\u00e9", 0.25, Optional.of(new Inner(Shade.LIGHT_BLUE, 7)), List.of(new Inner(Shade.RED, 0)));

        assertThat(new String(JsonCodec.write(outer), StandardCharsets.UTF_8))
                .isEqualTo("{\"node_name\":\"a\\\"\u00e9\",\"age_seconds\":0.25,"
                        + "\"first\":{\"shade\":\"light-blue\",\"would-reject\":7},"
                        + "\"others\":[{\"shade\":\"red\",\"would-reject\":0}]}");
    }

    @Test
    void emptyOptional_isNull() {
        Outer outer = new Outer("", 1, Optional.empty(), List.of());

        assertThat(new String(JsonCodec.write(outer), StandardCharsets.UTF_8))
                .isEqualTo("{\"node_name\":\"\",\"age_seconds\":1.0,\"first\":null,\"others\":[]}");
    }

    @Test
    void whatIsWritten_canBeRead() throws Exception {
        Change change = new Change("bob", 3, Shade.LIGHT_BLUE);

        assertThat(JsonCodec.read(new String(JsonCodec.write(change), StandardCharsets.UTF_8), Change.class))
                .isEqualTo(change);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"subject_name\":\"a\",\"extra\":1} | extra",
                "{\"subject_name\":\"a\",\"subject_name\":\"b\"} | subject_name",
                "{\"subject_name\":\"a\",\"shade\":\"green\"} | none of: light-blue, red",
                "{\"subject_name\":\"a\",\"shade\":3} | none of: light-blue, red",
                "{\"count\":1} | subject_name is missing",
                "{\"subject_name\":\"a\"} {} | more than one value",
                "{\"subject_name\":\"a\" | not JSON",
                "[] | Array",
                "null | object is needed",
                "`` | end-of-input",
            })
    void textThatDoesNotFit_isAnError(String text, String message) {
        assertThatThrownBy(() -> JsonCodec.read(text, Change.class))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessageContaining(message);
    }
}
