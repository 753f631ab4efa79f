package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsOverlayTest {
    private static final PolicyEntry ALICE = new PolicyEntry(Scope.USER, "alice");

    @TempDir
    Path directory;

    private LimitsOverlay overlay() {
        return new LimitsOverlay(directory.resolve("limits-overlay.conf"));
    }

    @Test
    void missingFile_hasNoLimits() {
        assertThat(overlay().read().value()).contains(PolicyLayer.EMPTY);
        assertThat(overlay().entries().value().orElseThrow().entries()).isEmpty();
    }

    @Test
    void entries_areReadAsTheyWereWritten() throws IOException {
        Map<PolicyEntry, Map<String, String>> entries = new LinkedHashMap<>();
        entries.put(new PolicyEntry(Scope.TOTAL, ""), Map.of("read-bytes", "10 GiB/s"));
        entries.put(new PolicyEntry(Scope.TENANT, "acme"), Map.of("read-ops", "3000/s"));
        for (String name : List.of(
                "alice",
                "acme$carol",
                "a.b",
                "with blank",
                "quo\"te",
                "back\\slash",
                "\u00e4\u6f22",
                "#hash",
                "{brace}",
                "${x}",
                "//",
                "true",
                "null")) {
            Map<String, String> keys = new LinkedHashMap<>();
            keys.put("read-ops", "100/s");
            keys.put("on-exceed", "wait");
            keys.put("max-wait", "2s");
            entries.put(new PolicyEntry(Scope.USER, name), keys);
        }
        entries.put(new PolicyEntry(Scope.BUCKET, "acme:images"), Map.of());

        PolicyLayer written = overlay().write(entries).value().orElseThrow();

        assertThat(overlay().entries().value().orElseThrow().entries()).isEqualTo(entries);
        assertThat(overlay().read().value()).contains(written);
        assertThat(written.limits().users()).hasSize(13);
        assertThat(written.limits().users()).containsKey("quo\"te");
        assertThat(written.limits().buckets().get("acme:images").isUnlimited()).isTrue();
        assertThat(written.origins().of(ALICE, Dimension.READ_OPS).kind()).isEqualTo(OriginKind.OVERLAY);
    }

    @Test
    void unprovenOfTheOverlay_replacesThatOfTheFile_wereItTheDefault() throws IOException {
        PolicyEntry unproven = new PolicyEntry(Scope.UNPROVEN, "");
        PolicyLayer file = LimitsFile.parse(
                        "limits.conf", "limits { unproven { read-ops = 5/s } }".getBytes(StandardCharsets.UTF_8))
                .value()
                .orElseThrow();

        PolicyLayer written = overlay()
                .write(Map.of(unproven, Map.of("read-ops", "100/s", "write-ops", "100/s")))
                .value()
                .orElseThrow();

        assertThat(PolicyMerger.merge(List.of(written, file)).limits().unproven())
                .isEqualTo(Policy.UNPROVEN_DEFAULT);
        assertThat(written.origins().of(unproven, Dimension.READ_OPS).kind()).isEqualTo(OriginKind.OVERLAY);
    }

    @Test
    void badEntries_leaveTheFileAsItWas() throws IOException {
        overlay().write(Map.of(ALICE, Map.of("read-ops", "100/s")));
        String before = Files.readString(overlay().file());

        var result = overlay().write(Map.of(ALICE, Map.of("read-ops", "a lot")));

        assertThat(result.value()).isEmpty();
        assertThat(Files.readString(overlay().file())).isEqualTo(before);
    }

    @Test
    void link_staysALink() throws IOException {
        Path target = Files.createDirectory(directory.resolve("elsewhere")).resolve("overlay.conf");
        Files.writeString(target, "limits { }");
        Files.createSymbolicLink(overlay().file(), target);

        overlay().write(Map.of(ALICE, Map.of("read-ops", "100/s")));

        assertThat(overlay().file()).isSymbolicLink();
        assertThat(target).content().contains("alice");
    }

    @Test
    void missingDirectory_isAnError() {
        LimitsOverlay nowhere = new LimitsOverlay(directory.resolve("missing").resolve("overlay.conf"));

        assertThatThrownBy(() -> nowhere.write(Map.of(ALICE, Map.of("read-ops", "100/s"))))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void fileThatIsRemoved_limitsNothingAnyMore() throws IOException {
        PolicyLayer first = overlay()
                .write(Map.of(ALICE, Map.of("read-ops", "100/s")))
                .value()
                .orElseThrow();
        Reloadable<PolicyLayer> reloadable = new Reloadable<>(first);
        long now = System.currentTimeMillis();
        try (SourcePoller<PolicyLayer> poller =
                LimitsFileSource.overlayPoller(overlay().file(), reloadable)) {
            poller.poll(now);
            poller.poll(now + 5_000);
            assertThat(reloadable.value()).isEqualTo(first);

            Files.delete(overlay().file());
            poller.poll(now + 10_000);
            poller.poll(now + 15_000);

            assertThat(reloadable.value()).isEqualTo(PolicyLayer.EMPTY);
            assertThat(reloadable.staleness()).isEmpty();
        }
    }
}
