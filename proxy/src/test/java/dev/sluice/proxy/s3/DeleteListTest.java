package dev.sluice.proxy.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeleteListTest {
    private static final String THREE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>
              <Object><Key>a</Key></Object>
              <Object><Key>Object b</Key><VersionId>1</VersionId></Object><Object
              ><Key>&lt;Object></Key></Object>
            </Delete>
            """;

    private final DeleteListCounter list = new DeleteListCounter();

    private int count(String text, Charset charset) {
        list.begin();
        int count = 0;
        for (byte b : text.getBytes(charset)) {
            count += list.add(b);
        }
        return count;
    }

    @Test
    void objects_areCounted() {
        assertThat(count(THREE, StandardCharsets.UTF_8)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1"})
    void objects_areCounted_inEachEncodingThatExpatReads(String charset) {
        assertThat(count(THREE, Charset.forName(charset))).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "<Object>, 1",
        "<Object/>, 1",
        "<<Object>, 1",
        "<Obj<Object>, 1",
        "<Object<Object>, 1",
        "<Objects>, 0",
        "<object>, 0",
        "</Object>, 0",
        "<Object, 0",
    })
    void tag_isDistinguishedFromWhatLooksLikeOne(String text, int objects) {
        assertThat(count(text, StandardCharsets.US_ASCII)).isEqualTo(objects);
    }

    @Test
    void documentThatMayHaveEntities_countsAsTheMost() {
        String text = "<!DOCTYPE d [<!ENTITY o '<Object><Key>a</Key></Object>'>]><Delete>&o;&o;</Delete>";

        assertThat(count(text, StandardCharsets.UTF_8)).isEqualTo(DeleteListCounter.OBJECTS_MAX);
        assertThat(count("<!-- no type -->" + THREE, StandardCharsets.UTF_8)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "a, 1", "'a\n', 1", "'a\nb', 2", "'a\r\n\r\nb\r\n', 2", "'\n\n', 0"})
    void linesOfSwift_areCounted(String text, int objects) {
        DeleteListCounter lines = new DeleteListCounter(DeleteListForm.LINES);
        lines.begin();
        int count = 0;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            count += lines.add(b);
        }

        assertThat(count).isEqualTo(objects);
    }

    @Test
    void list_neverCountsMoreThanRgwDeletes() {
        assertThat(count("<Object>".repeat(5000), StandardCharsets.UTF_8)).isEqualTo(DeleteListCounter.OBJECTS_MAX);

        assertThat(count("<Object><Object>", StandardCharsets.UTF_8)).isEqualTo(2);
        assertThat(list.assumeMax()).isEqualTo(DeleteListCounter.OBJECTS_MAX - 2);
    }
}
