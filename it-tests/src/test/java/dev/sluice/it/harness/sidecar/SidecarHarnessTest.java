package dev.sluice.it.harness.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.ReadyLine;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Parts of the harness that need no process. */
class SidecarHarnessTest {
    private static final URI UPSTREAM = URI.create("http://127.0.0.1:7480");

    @Test
    void readyLine_isRead_andOtherLinesAreNot() {
        var line = "sluice: ready listen=127.0.0.1:41001 admin=127.0.0.1:41002 sync=tcp://127.3.2.1:7070";

        assertThat(ReadyLine.parse(line))
                .contains(new ReadyLine("127.0.0.1:41001", "127.0.0.1:41002", "tcp://127.3.2.1:7070"));
        assertThat(ReadyLine.parse("12:00:00 INFO not " + line)).isEmpty();
        assertThat(ReadyLine.parse("sluice: ready")).isEmpty();
    }

    @Test
    void setup_writesTheConfiguration_withWhatWasAddedLast() {
        var setup = SidecarSetup.before(UPSTREAM)
                .peers("tcp://127.1.1.1:7070", "tcp://127.1.1.2:7070")
                .config("sluice.identity.verify = off");

        var conf = setup.conf("/somewhere/limits.conf");

        assertThat(conf)
                .contains("upstream { address = \"127.0.0.1:7480\" }")
                .contains("peers = [\"tcp://127.1.1.1:7070\", \"tcp://127.1.1.2:7070\"]")
                .contains("limits-file = \"/somewhere/limits.conf\"");
        assertThat(conf.stripTrailing()).endsWith("sluice.identity.verify = off");
    }

    @Test
    void syncAddress_isALoopbackHostOfItsOwn() {
        var one = SidecarSetup.before(UPSTREAM);
        var two = SidecarSetup.before(UPSTREAM);

        assertThat(one.sync()).matches("tcp://127\\.\\d+\\.\\d+\\.\\d+:7070").isNotEqualTo("tcp://127.0.0.1:7070");
        assertThat(one.limits("x").sync()).isEqualTo(one.sync());
        assertThat(two.sync()).isNotEqualTo(one.sync());
    }
}
