package dev.sluice.policy.quotasfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A quotas file that was read at the start is read again only once it has changed. */
class QuotasFileStartTest {
    @TempDir
    Path folder;

    private Path file;
    private Reloadable<PolicyLayer> target;
    private SourcePoller<PolicyLayer> poller;
    private long nowMillis;

    @BeforeEach
    void read() throws IOException {
        file = folder.resolve("quotas.conf");
        write(3);
        PolicyLayer first = QuotasFile.read(file).value().orElseThrow();
        target = new Reloadable<>(first);
        poller = QuotasFile.poller(file, target);
        poller.startFrom(first.origins().fingerprint().orElseThrow());
    }

    private void write(int capacity) throws IOException {
        Files.writeString(file, "quotas { alloc.ns.r { capacity = " + capacity + " } }\n");
    }

    private void pollForAWhile() {
        for (int i = 0; i < 10; i++) {
            nowMillis += 5_000;
            poller.poll(nowMillis);
        }
    }

    @Test
    void sameFile_isNotReadAgain() {
        pollForAWhile();

        assertThat(target.loads()).isZero();
        assertThat(target.staleness()).isEmpty();
    }

    @Test
    void changedFile_isRead_andAFileThatIsChangedBackToo() throws IOException {
        write(4);
        pollForAWhile();
        assertThat(target.value().allocations().get("ns/r").capacity()).isEqualTo(4);

        write(3);
        pollForAWhile();
        assertThat(target.value().allocations().get("ns/r").capacity()).isEqualTo(3);
        assertThat(target.loads()).isEqualTo(2);
    }

    @Test
    void badFile_isReported_andTheOldQuotasStay() throws IOException {
        Files.writeString(file, "quotas { alloc.ns.r { capacity = no } }\n");

        pollForAWhile();

        assertThat(target.staleness()).isPresent();
        assertThat(target.value().allocations().get("ns/r").capacity()).isEqualTo(3);
    }
}
