package dev.sluice.policy.limitsfile;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.Staleness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A limits file that is followed, by a clock of the test. */
abstract class LimitsFileSourceFixture {
    /** What the listener received: {@code "5/s"} for a limit that was loaded, {@code "rejected ..."} for a bad file. */
    static final class ReceivedLimits implements ReloadListener<PolicyLayer> {
        final List<String> events = new CopyOnWriteArrayList<>();
        volatile boolean fails;

        @Override
        public void onLoaded(PolicyLayer layer, List<ConfigProblem> problems) {
            events.add(layer.limits()
                    .limitsOf(Scope.USER, "any")
                    .get(Dimension.READ_OPS)
                    .text());
            if (fails) {
                throw new IllegalStateException("a listener that fails");
            }
        }

        @Override
        public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
            events.add("rejected since " + staleness.sinceWallMillis() + ": "
                    + problems.get(0).message());
        }
    }

    @TempDir
    Path dir;

    final ReceivedLimits received = new ReceivedLimits();
    Path file;
    long nowWallMillis = 1_000_000;

    @BeforeEach
    void writeFirst() throws IOException {
        file = dir.resolve("limits.conf");
        write(file, "1/s");
    }

    static void write(Path file, String rate) throws IOException {
        Files.writeString(file, "limits { each-user { read-ops = " + rate + " } }");
    }

    final SourcePoller<PolicyLayer> poller() {
        Reloadable<PolicyLayer> limits =
                new Reloadable<>(LimitsFile.read(file).value().orElseThrow());
        limits.addListener(received);
        return LimitsFileSource.poller(file, limits);
    }

    /** Polls twice: what the first poll finds counts when the second one finds the same. */
    final void poll(SourcePoller<PolicyLayer> poller) {
        pollOnce(poller);
        pollOnce(poller);
    }

    final void pollOnce(SourcePoller<PolicyLayer> poller) {
        nowWallMillis += 500;
        poller.poll(nowWallMillis);
    }
}
