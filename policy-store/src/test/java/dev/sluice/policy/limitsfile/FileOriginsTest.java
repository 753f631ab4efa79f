package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.source.LayerOrigins;
import dev.sluice.policy.source.LimitOrigin;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicyOrigins;
import dev.sluice.policy.source.Reloadable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FileOriginsTest {
    private static PolicyLayer load(String text) {
        return LimitsFile.parse("limits.conf", text.getBytes(StandardCharsets.UTF_8))
                .value()
                .orElseThrow();
    }

    private static String place(PolicyLayer layer, Scope scope, String name, Dimension dimension) {
        return layer.origins().of(new PolicyEntry(scope, name), dimension).text();
    }

    @Test
    void limit_hasTheLineOfItsKey() {
        PolicyLayer layer = load("""
                limits {
                  each-user { read-ops = 5/s }
                  total {
                    read-bytes = 1 MiB/s
                  }
                  users {
                    alice { read-ops = 1/s, write-ops = 2/s }
                    bob {
                      write-ops = 2/s

                      list-ops = 3/s
                    }
                    carol { read-ops = 1/s }
                  }
                  buckets { logs { write-ops = 1/s } }
                }
                """);

        assertThat(place(layer, Scope.USER, "", Dimension.READ_OPS)).isEqualTo("limits.conf:2");
        assertThat(place(layer, Scope.TOTAL, "", Dimension.READ_BYTES)).isEqualTo("limits.conf:4");
        assertThat(place(layer, Scope.USER, "alice", Dimension.WRITE_OPS)).isEqualTo("limits.conf:7");
        assertThat(place(layer, Scope.USER, "bob", Dimension.WRITE_OPS)).isEqualTo("limits.conf:9");
        assertThat(place(layer, Scope.USER, "bob", Dimension.LIST_OPS)).isEqualTo("limits.conf:11");
        assertThat(place(layer, Scope.USER, "carol", Dimension.READ_OPS)).isEqualTo("limits.conf:13");
        assertThat(place(layer, Scope.BUCKET, "logs", Dimension.WRITE_OPS)).isEqualTo("limits.conf:15");
    }

    @Test
    void limitAboveItsEntry_orFarFromIt_hasALine() {
        PolicyLayer layer = load("limits.users.alice.read-ops = 1/s\n" + "\n".repeat(300)
                + "limits { users {\nalice { write-ops = 1/s }\n bob {\n" + "\n".repeat(300)
                + "read-ops = 1/s } } }\n");

        assertThat(place(layer, Scope.USER, "alice", Dimension.READ_OPS)).isEqualTo("limits.conf:1");
        assertThat(place(layer, Scope.USER, "bob", Dimension.READ_OPS))
                .as("the entry's own line")
                .isEqualTo("limits.conf:304");
    }

    @Test
    void manyEntries_haveTheirLines() {
        StringBuilder text = new StringBuilder("limits { users {\n");
        for (int i = 0; i < 5_000; i++) {
            text.append("user").append(i).append(" { read-ops = 1/s }\n");
        }
        text.append("last {\n write-ops = 1/s\n }\n} }\n");

        PolicyLayer layer = load(text.toString());

        assertThat(place(layer, Scope.USER, "user0", Dimension.READ_OPS)).isEqualTo("limits.conf:2");
        assertThat(place(layer, Scope.USER, "user4321", Dimension.READ_OPS)).isEqualTo("limits.conf:4323");
        assertThat(place(layer, Scope.USER, "last", Dimension.WRITE_OPS)).isEqualTo("limits.conf:5003");
    }

    @Test
    void mergedLayers_nameTheOneThatCounts() {
        PolicyLayer file = load("limits { users { alice { read-ops = 1/s } } }");
        LimitSet reads = file.limits().users().get("alice");
        Policy ofRgw = new Policy(
                reads,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", reads, "bob", reads),
                Map.of("logs", reads),
                Map.of());
        PolicyLayer rgw = new PolicyLayer(ofRgw, Map.of(), Set.of(), LayerOrigins.RGW);

        PolicyOrigins origins = new PolicyMerger(List.of(new Reloadable<>(file), new Reloadable<>(rgw))).origins();

        assertThat(text(origins, Scope.USER, "alice")).contains("users.alice limits.conf:1");
        assertThat(text(origins, Scope.USER, "bob")).contains("users.bob RGW user bob");
        assertThat(text(origins, Scope.USER, "carol")).contains("each-user RGW global user");
        assertThat(text(origins, Scope.BUCKET, "logs")).contains("buckets.logs RGW bucket logs");
        assertThat(text(origins, Scope.BUCKET, "other")).isEmpty();
        assertThat(text(origins, Scope.TENANT, "acme")).isEmpty();
    }

    private static Optional<String> text(PolicyOrigins origins, Scope scope, String subject) {
        return origins.entryFor(scope, subject).map(entry -> {
            LimitOrigin origin = origins.of(entry, Dimension.READ_OPS);
            return entry.text() + " " + origin.text();
        });
    }
}
