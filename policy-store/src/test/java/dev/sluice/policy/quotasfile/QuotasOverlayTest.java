package dev.sluice.policy.quotasfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.source.AllocDefinition;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotasOverlayTest {
    private static final Map<String, String> RATE =
            Map.of("algorithm", "token-bucket", "unit", "minute", "requests-per-unit", "120", "burst", "7");

    @TempDir
    Path folder;

    private QuotasOverlay overlay() {
        return new QuotasOverlay(folder.resolve("quotas-overlay.conf"));
    }

    private static QuotaEntry entry(QuotaKind kind, String namespace, String resource) {
        return new QuotaEntry(kind, new QuotaName(namespace, resource));
    }

    private static PolicyLayer layer(QuotaEntry entry, Map<String, String> keys) {
        return QuotasOverlay.check(entry, keys).value().orElseThrow();
    }

    private PolicyLayer stored() {
        return overlay().read().value().orElseThrow();
    }

    @Test
    void missingFile_hasNone() {
        assertThat(overlay().read().value()).contains(PolicyLayer.EMPTY);
    }

    @Test
    void entry_isReadAsItWasWritten_whateverItsName() throws IOException {
        for (String name : List.of(
                "plain",
                "a.b",
                "with blank",
                "quo\"te",
                "back\\slash",
                "\u00e4\u6f22",
                "#hash",
                "{brace}",
                "${x}",
                "//",
                "a/b",
                "%2F",
                "true",
                "null",
                "include",
                "x".repeat(255))) {
            QuotaEntry rate = entry(QuotaKind.RATE, name, "r");
            QuotaEntry others = entry(QuotaKind.RATE, name, "*");
            QuotaEntry alloc = entry(QuotaKind.ALLOC, "ns", name);

            overlay().put(stored(), layer(rate, RATE));
            overlay().put(stored(), layer(others, RATE));
            overlay().put(stored(), layer(alloc, Map.of("capacity", "3", "max-lease", "90s")));

            PolicyLayer stored = stored();
            assertThat(rate.rateIn(stored))
                    .isEqualTo(rate.rateIn(layer(rate, RATE)))
                    .isPresent();
            assertThat(others.rateIn(stored)).isEqualTo(rate.rateIn(layer(rate, RATE)));
            assertThat(alloc.allocationIn(stored)).contains(new AllocDefinition(3, 90_000));
            assertThat(rate.originIn(stored).kind()).isEqualTo(OriginKind.OVERLAY);
        }
        assertThat(stored().allocations()).hasSize(16);
        assertThat(stored().limits().quotas().others()).hasSize(16);
    }

    @Test
    void remove_leavesTheOthers() throws IOException {
        QuotaEntry rate = entry(QuotaKind.RATE, "ns", "r");
        QuotaEntry alloc = entry(QuotaKind.ALLOC, "ns", "r");
        overlay().put(stored(), layer(rate, RATE));
        overlay().put(stored(), layer(alloc, Map.of("capacity", "3")));

        overlay().remove(stored(), rate);

        assertThat(rate.isIn(stored())).isFalse();
        assertThat(alloc.isIn(stored())).isTrue();
    }

    @Test
    void check_explainsWhatIsWrong() {
        assertThat(QuotasOverlay.check(entry(QuotaKind.ALLOC, "ns", "r"), Map.of("capacity", "-1"))
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.text())
                        .contains("quotas.alloc.ns.r.capacity: \"-1\" is not a number of tokens"));
    }

    @Test
    void missingDirectory_isAnError_andNothingIsWritten() {
        QuotasOverlay overlay = new QuotasOverlay(folder.resolve("no/such/overlay.conf"));
        PolicyLayer entry = layer(entry(QuotaKind.ALLOC, "ns", "r"), Map.of("capacity", "1"));

        assertThatThrownBy(() -> overlay.put(PolicyLayer.EMPTY, entry)).isInstanceOf(NoSuchFileException.class);
    }

    /** As Kubernetes swaps a ConfigMap: the path is a link through a link to a directory, and that link is replaced. */
    @Test
    void quotasFile_isFollowed_alsoThroughLinks_andABadOneChangesNothing() throws IOException {
        Path one = Files.createDirectory(folder.resolve("one"));
        Path two = Files.createDirectory(folder.resolve("two"));
        Path three = Files.createDirectory(folder.resolve("three"));
        Files.writeString(one.resolve("quotas.conf"), "quotas.alloc.ns.r.capacity = 1\n");
        Files.writeString(two.resolve("quotas.conf"), "quotas.alloc.ns.r.capacity = 2\n");
        Files.writeString(three.resolve("quotas.conf"), "quotas.alloc.ns.r.capacity = x\n");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), one);
        Path file = Files.createSymbolicLink(folder.resolve("quotas.conf"), Path.of("..data/quotas.conf"));
        Reloadable<PolicyLayer> quotas = new Reloadable<>(PolicyLayer.EMPTY);
        SourcePoller<PolicyLayer> poller = QuotasFile.poller(file, quotas);
        poller.poll(1_000);
        poller.poll(2_000);

        swap(data, two);
        poller.poll(3_000);
        poller.poll(4_000);
        long inForce = quotas.value().allocations().get("ns/r").capacity();
        swap(data, three);
        poller.poll(5_000);
        poller.poll(6_000);

        assertThat(inForce).isEqualTo(2);
        assertThat(quotas.value().allocations().get("ns/r").capacity()).isEqualTo(2);
        assertThat(quotas.staleness().orElseThrow().firstProblem()).contains("quotas.alloc.ns.r.capacity");
    }

    private void swap(Path link, Path target) throws IOException {
        Path next = Files.createSymbolicLink(folder.resolve("..next"), target);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
