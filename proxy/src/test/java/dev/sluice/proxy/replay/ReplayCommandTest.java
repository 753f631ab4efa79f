package dev.sluice.proxy.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.proxy.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
    private static final Instant START = Instant.parse("2026-11-28T09:00:00Z");

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static String line(long atMillis, String user, String bucket, String method, int millis, long bytes) {
        return "{\"bucket\":\"%s\",\"time\":\"%s\",\"user\":\"%s\",\"operation\":\"%s\",\"uri\":\"%s /%s/k HTTP/1.1\","
                        .formatted(
                                bucket,
                                START.plusMillis(atMillis),
                                user,
                                method.equals("GET") ? "get_obj" : "put_obj",
                                method,
                                bucket)
                + "\"http_status\":\"200\",\"error_code\":\"\",\"bytes_sent\":%d,\"bytes_received\":%d,\"total_time\":%d}"
                        .formatted(method.equals("GET") ? bytes : 0, method.equals("GET") ? 0 : bytes, millis);
    }

    private Config replay(List<String> lines, String limits) throws IOException {
        Path log = Files.write(directory.resolve("ops.log"), lines);
        assertThat(run(log, limits, "--json"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        return ConfigFactory.parseString(out.toString(StandardCharsets.UTF_8));
    }

    private int run(Path log, String limits, String... more) throws IOException {
        out.reset();
        err.reset();
        Path file = Files.writeString(directory.resolve("limits.conf"), limits);
        List<String> args = new ArrayList<>(List.of("replay", log.toString(), "--limits", file.toString()));
        args.addAll(List.of(more));
        return Main.run(args.toArray(String[]::new), new PrintStream(out, true), new PrintStream(err, true));
    }

    /** 100 requests a second of alice for ten seconds, 5 of bob. */
    private static List<String> load() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            lines.add(line(10L * i, "alice", "photos", "GET", 5, 1_000));
            if (i % 20 == 0) {
                lines.add(line(10L * i, "bob", "photos", "GET", 5, 1_000));
            }
        }
        return lines;
    }

    @Test
    void load_isRefusedBeyondTheLimit() throws IOException {
        Config report = replay(load(), "limits {\n users {\n  alice { read-ops = 60/s }\n }\n}\n");

        assertThat(report.getLong("requests")).isEqualTo(1_050);
        assertThat(report.getLong("rejected")).isBetween(395L, 405L);
        assertThat(report.getLong("admitted")).isEqualTo(1_050 - report.getLong("rejected"));
        assertThat(report.getConfigList("rows")).singleElement().satisfies(row -> {
            assertThat(row.getString("user")).isEqualTo("alice");
            assertThat(row.getString("entry")).isEqualTo("users.alice");
            assertThat(row.getString("origin")).endsWith("limits.conf:3");
            assertThat(row.getLong("rejected")).isEqualTo(report.getLong("rejected"));
            assertThat(row.getLong("user_requests")).isEqualTo(1_000);
            assertThat(row.getString("first")).startsWith("2026-11-28T09:00:00.6");
            assertThat(row.getString("worst_minute")).isEqualTo("2026-11-28T09:00:00Z");
        });
    }

    @Test
    void orderOfLines_changesNothing() throws IOException {
        String limits = "limits { users { alice { read-ops = 60/s } } }";
        Config inOrder = replay(load(), limits);
        List<String> shuffled = load();
        Collections.shuffle(shuffled, new Random(1));

        Config mixed = replay(shuffled, limits);

        assertThat(mixed.getLong("rejected")).isEqualTo(inOrder.getLong("rejected"));
        assertThat(mixed.getLong("late_lines")).isZero();
    }

    @Test
    void shadowAndBucketLimits_nameTheUsers() throws IOException {
        Config report =
                replay(load(), "limits { defaults.on-exceed = shadow, buckets { photos { read-ops = 60/s } } }");

        assertThat(report.getLong("rejected")).isZero();
        assertThat(report.getLong("would_reject")).isBetween(440L, 460L);
        assertThat(report.getConfigList("rows"))
                .extracting(row ->
                        row.getString("user") + " " + row.getString("subject") + " " + row.getString("on_exceed"))
                .contains("alice photos shadow", "bob photos shadow");
    }

    @Test
    void concurrency_followsTheDurations() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lines.add(line(100L * i, "alice", "b", "GET", 350, 10));
        }

        assertThat(replay(lines, "limits { users { alice { concurrent-requests = 4 } } }")
                        .getLong("rejected"))
                .isZero();
        assertThat(replay(lines, "limits { users { alice { concurrent-requests = 2 } } }")
                        .getLong("rejected"))
                .as("two run for 350 ms, and then two more begin")
                .isBetween(45L, 55L);
    }

    @Test
    void waitingRequests_areAdmittedLater() throws IOException {
        Config report =
                replay(load(), "limits { users { alice { read-ops = 90/s, on-exceed = wait, max-wait = 60s } } }");

        assertThat(report.getLong("rejected")).isZero();
        assertThat(report.getLong("waited")).isPositive();
        assertThat(report.getLong("admitted")).isEqualTo(1_050);
    }

    @Test
    void transfers_areHeldUp() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lines.add(line(1_000L * i, "alice", "b", "PUT", 500, 20 << 20));
        }

        Config report = replay(lines, "limits { users { alice { write-bytes = 10 MiB/s } } }");

        assertThat(report.getLong("rejected")).isZero();
        assertThat(report.getLong("slowed_transfers")).isEqualTo(10);
        assertThat(report.getDouble("slowed_seconds")).isGreaterThan(10);
        assertThat(replay(lines, "limits { users { alice { write-bytes = 100 MiB/s } } }")
                        .getLong("slowed_transfers"))
                .isZero();
    }

    @Test
    void gzipAndBadLines_areRead() throws IOException {
        List<String> lines = load();
        lines.add(3, "garbage");
        lines.add(4, "{\"time\":1}");
        Path log = directory.resolve("ops.log.gz");
        try (OutputStream compressed = new GZIPOutputStream(Files.newOutputStream(log))) {
            compressed.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }

        assertThat(run(log, "limits { users { alice { read-ops = 60/s } } }")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "1050 requests from 2026-11-28T09:00:00Z",
                        "2 lines are no entries: line 4: not a JSON object; line 5: there is no operation",
                        "alice: ",
                        " of 1000 requests rejected by read-ops = 60/s of users.alice (");
    }

    @Test
    void mistakes_areNamed() throws IOException {
        Path log = Files.writeString(directory.resolve("other.log"), "not an ops log\n");

        assertThat(run(log, "limits { }")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("has no entry of an ops log; line 1: not a JSON object");
        assertThat(run(log, "limits { users { alice { read-ops = fast } } }")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("limits.conf:1:", "is not a rate");
        assertThat(run(directory.resolve("missing.log"), "limits { }")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is no file");
        Files.write(log, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0});
        assertThat(run(log, "limits { }")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("it is compressed, and broken");
        assertThat(Main.run(new String[] {"replay"}, new PrintStream(out), new PrintStream(err)))
                .isEqualTo(2);
    }
}
