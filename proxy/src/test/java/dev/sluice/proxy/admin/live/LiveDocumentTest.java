package dev.sluice.proxy.admin.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.sync.activity.ActivityState;
import dev.sluice.sync.peers.PeerState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of the document have the keys of the real events, and no others. */
class LiveDocumentTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    /** Their keys are names of sidecars. */
    private static final List<String> BY_NODE = List.of("shares", "admitted");

    private final List<Map<String, Object>> examples = new ArrayList<>();
    private final FakeSidecar a = new FakeSidecar("rgw1", 1);
    private final FakeSidecar b = new FakeSidecar("rgw2", 2);

    @BeforeEach
    void readDocument() throws Exception {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/live.md"))) {
            root = root.getParent();
        }
        Matcher matcher = EXAMPLE.matcher(Files.readString(root.resolve("docs/live.md")));
        while (matcher.find()) {
            examples.add(JsonCodec.readObject(matcher.group(1)));
        }
        a.peers.add(b.status(PeerState.LIVE, 0));
        LoopNotes.rejected(a.counters, "alice", IpAddress.parse("192.0.2.17").orElseThrow(), 1);
    }

    private String tick() {
        b.tick();
        b.reportTo(a);
        return a.tick();
    }

    private static Map<String, Object> data(String event) throws Exception {
        return JsonCodec.readObject(event.substring(event.indexOf('{')));
    }

    private static void assertSameKeys(String where, Object documented, Object real) {
        if (documented instanceof Map<?, ?> one && real instanceof Map<?, ?> other) {
            if (BY_NODE.contains(where.substring(where.lastIndexOf('.') + 1))) {
                return;
            }
            assertThat(new TreeSet<>(other.keySet())).as(where).isEqualTo(new TreeSet<>(one.keySet()));
            one.forEach((key, value) -> assertSameKeys(where + "." + key, value, other.get(key)));
        } else if (documented instanceof List<?> one && real instanceof List<?> other) {
            if (!one.isEmpty() && !other.isEmpty()) {
                assertSameKeys(where, one.get(0), other.get(0));
            }
        } else if (documented != null && real != null) {
            assertThat(real instanceof Number).as(where).isEqualTo(documented instanceof Number);
            assertThat(real instanceof Map).as(where).isEqualTo(documented instanceof Map);
        }
    }

    @Test
    void examples_haveTheKeysOfRealEvents() throws Exception {
        tick();
        a.requests("alice", 30);
        a.limitsFile = new LivePart(ActivityState.BAD, FakeSidecar.START_MILLIS, "limits.conf:8: no rate");
        Map<String, Object> now = data(tick());
        Map<String, Object> history = data(a.view.history());
        Map<String, Object> subject = JsonCodec.readObject(new String(
                JsonCodec.write(a.view.subject(Scope.USER, "alice", a.nowNanos, FakeSidecar.START_MILLIS)),
                StandardCharsets.UTF_8));

        assertThat(examples).hasSize(3);
        assertThat((List<?>) now.get("problems")).isNotEmpty();
        assertThat((List<?>) history.get("events")).isNotEmpty();
        assertThat((List<?>) history.get("limits")).isNotEmpty();
        assertThat((List<?>) subject.get("rejections")).isNotEmpty();
        assertSameKeys("history", examples.get(0), history);
        assertSameKeys("now", examples.get(1), now);
        assertSameKeys("subject", examples.get(2), subject);
    }
}
