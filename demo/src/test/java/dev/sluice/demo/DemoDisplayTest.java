package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DemoDisplayTest {
    @Test
    void readerThatLeaves_isNoticedAtTheNextLine() {
        OutputStream pipe = new OutputStream() {
            private int lines;

            @Override
            public void write(int octet) throws IOException {
                if (octet == '\n' && ++lines > 1) {
                    throw new IOException("Broken pipe");
                }
            }
        };
        DemoDisplay display = new DemoDisplay(new PrintStream(pipe, false, StandardCharsets.UTF_8));

        display.line("first");
        assertThat(display.isClosed()).isFalse();
        display.line("second");

        assertThat(display.isClosed()).isTrue();
    }

    @Test
    void lines_arriveAtOnce() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        new DemoDisplay(new PrintStream(out, false, StandardCharsets.UTF_8)).line("shown");

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("shown" + System.lineSeparator());
    }
}
