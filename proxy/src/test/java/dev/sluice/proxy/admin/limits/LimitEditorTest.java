package dev.sluice.proxy.admin.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.limitsfile.LimitsOverlay;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.Staleness;
import dev.sluice.proxy.admin.limits.EditOutcome.Changed;
import dev.sluice.proxy.admin.limits.EditOutcome.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that fail behind their line in the audit log. */
class LimitEditorTest {
    private static final EditRequest ALICE =
            new EditRequest(new PolicyEntry(Scope.USER, "alice"), "", "192.0.2.1:5000", "abcdef01");

    @TempDir
    private Path directory;

    private final Reloadable<PolicyLayer> target = new Reloadable<>(PolicyLayer.EMPTY);
    private final PolicyMerger merger = new PolicyMerger(List.of(target));
    private final AtomicReference<PolicySnapshot> inForce = new AtomicReference<>(merger.snapshot());
    private boolean doesUseFail;
    private Path overlay;
    private Path log;
    private LimitEditor editor;

    @BeforeEach
    void edit() throws IOException {
        overlay = directory.resolve("limits-overlay.conf");
        log = directory.resolve("limits-audit.log");
        Path limitsFile = Files.writeString(directory.resolve("limits.conf"), "limits {}\n");
        target.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(PolicyLayer value, List<ConfigProblem> problems) {
                if (doesUseFail) {
                    throw new IllegalStateException("a listener that fails");
                }
            }

            @Override
            public void onRejected(Staleness staleness, List<ConfigProblem> problems) {}
        });
        merger.publishTo(inForce::set);
        editor = new LimitEditor(
                "a",
                new LimitsOverlay(overlay),
                limitsFile,
                target,
                new LimitList(inForce::get, merger::origins),
                new AuditLog(log));
        assertThat(editor.set(ALICE, Map.of("read-ops", "20/h"))).isInstanceOf(Changed.class);
    }

    private Config line(int index) throws IOException {
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSizeGreaterThan(index);
        return ConfigFactory.parseString(lines.get(index));
    }

    /** The line says that the old limit is in force. */
    private void assertFailed(int index) throws IOException {
        Config failed = line(index);
        assertThat(failed.getString("action")).isEqualTo("failed");
        assertThat(failed.getString("entry")).isEqualTo("users.alice");
        assertThat(failed.getString("before.read-ops")).isEqualTo("20/h");
        assertThat(failed.getString("after.read-ops")).isEqualTo("20/h");
    }

    @Test
    void fileThatCantBeWritten_isFollowedByAFailedLine() throws IOException {
        Files.createDirectories(directory.resolve("limits-overlay.conf.tmp/in-the-way"));

        EditOutcome set = editor.set(ALICE, Map.of("read-ops", "7/h"));
        EditOutcome delete = editor.delete(ALICE);

        assertThat(set).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.message()).startsWith("nothing was changed: ");
        });
        assertThat(delete).isInstanceOf(Refused.class);
        assertThat(line(1).getString("action")).isEqualTo("set");
        assertFailed(2);
        assertThat(line(3).getString("action")).isEqualTo("delete");
        assertFailed(4);
        assertThat(Files.readAllLines(log)).hasSize(5);
        assertThat(editor.written(ALICE.entry())).containsEntry("read-ops", "20/h");
    }

    @Test
    void changeThatCantBeUsed_isFollowedByAFailedLine_andTheResponseNamesWhatIsInForce() throws IOException {
        doesUseFail = true;

        EditOutcome outcome = editor.set(ALICE, Map.of("read-ops", "7/h"));

        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.message()).contains("was changed, and using it failed", "users.alice", "read-ops=20/h");
        });
        assertThat(line(1).getString("after.read-ops")).isEqualTo("7/h");
        assertFailed(2);
    }
}
