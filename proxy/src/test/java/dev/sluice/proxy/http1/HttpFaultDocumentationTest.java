package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every fault stands in the guide and has a case in the tables. */
class HttpFaultDocumentationTest {
    @Test
    void everyFault_isInTheGuide() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "http.md"));

        for (HttpFault fault : HttpFault.values()) {
            if (fault != HttpFault.NONE) {
                assertThat(guide).contains("`" + fault.label() + "`");
            }
        }
    }

    @Test
    void everyFault_hasACase() {
        // Faults of chunks have no names of their own; their cases are in chunked.txt.
        Stream<String> cases = Stream.of("requests.txt", "responses.txt")
                .flatMap(table -> SyntaxCase.read(table).stream())
                .map(one -> one.expected().get(0));
        Stream<String> faults = Stream.of(HttpFault.values())
                .filter(fault -> fault != HttpFault.NONE && fault != HttpFault.CHUNKED_BODY)
                .map(HttpFault::name);

        assertThat(cases.toList()).containsAll(faults.toList());
    }
}
