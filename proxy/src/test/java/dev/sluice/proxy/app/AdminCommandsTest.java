package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.proxy.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Commands against the admin ports of whole sidecars. */
class AdminCommandsTest extends SidecarFixture {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path token;

    @BeforeEach
    void writeToken() throws IOException {
        token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        more = "admin.token-file = token";
    }

    private int run(List<Sidecar> sidecars, String... words) {
        out.reset();
        err.reset();
        List<String> args = new ArrayList<>(List.of(words));
        List<String> urls = sidecars.stream()
                .map(sidecar -> "http://127.0.0.1:" + sidecar.adminAddress().getPort())
                .toList();
        args.addAll(List.of("--admin", String.join(",", urls), "--token-file", token.toString()));
        return Main.run(args.toArray(String[]::new), new PrintStream(out, true), new PrintStream(err, true));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void explain_printsTheBindingLimitFirst() throws IOException {
        try (Sidecar sidecar = start("a")) {
            int code = run(List.of(sidecar), "explain", "--user", "stopped", "--bucket", "logs", "--op", "GET");

            assertThat(complained()).isEmpty();
            assertThat(code).isZero();
            assertThat(printed())
                    .startsWith("stopped, bucket logs, read, on a:\nrejected: read-ops = 0/s of users.stopped (")
                    .contains("limits.conf:4) lets nothing through", "ON EXCEED", "never");
        }
    }

    @Test
    void setListDelete_actOnEverySidecarNamed() throws IOException {
        try (Sidecar a = start("a")) {
            more += ", limits-overlay = b-overlay.conf";
            try (Sidecar b = start("b")) {
                List<Sidecar> both = List.of(a, b);

                assertThat(run(both, "limits", "set", "user", "alice", "read-ops=0/s"))
                        .as(complained())
                        .isZero();

                assertThat(printed())
                        .contains(
                                "users.alice: read-ops = 20/h, delete-ops = 40/h -> read-ops = 0/s, delete-ops = 40/h");
                assertRefused(get(a, "AKIDALICE"));
                assertRefused(get(b, "AKIDALICE"));
                assertThat(run(List.of(b), "limits", "list", "--explain")).isZero();
                assertThat(printed()).contains("b-overlay.conf:", "limits.conf:4", "delete-ops = 40/h");
                assertThat(run(both, "limits", "delete", "users/alice")).isZero();
                assertAdmitted(get(a, "AKIDALICE"));
                assertAdmitted(get(b, "AKIDALICE"));
            }
        }
    }

    @Test
    void setOfANewUser_keepsWhatEachUserHas() throws IOException {
        try (Sidecar sidecar = start("a")) {
            assertThat(run(List.of(sidecar), "limits", "set", "user", "dave", "write-ops=3/h"))
                    .isZero();

            assertThat(complained()).contains("users.dave is new and gets the other limits of each-user");
            assertThat(printed()).contains("users.dave: none -> read-ops = 2/h, write-ops = 3/h");
        }
    }

    @Test
    void mistakes_areNamed_andChangeNothing() throws IOException {
        try (Sidecar sidecar = start("a")) {
            List<Sidecar> one = List.of(sidecar);

            assertThat(run(one, "limits", "set", "user", "alice", "read-ops=fast"))
                    .isEqualTo(2);
            assertThat(complained()).contains("\"fast\" is not a rate").doesNotContain("Exception");
            assertThat(run(one, "limits", "set", "user", "alice")).isEqualTo(2);
            assertThat(complained()).contains("KEY=VALUE");
            assertThat(run(one, "limits", "set", "everybody", "read-ops=1/s")).isEqualTo(2);
            assertThat(complained()).contains("each-user");
            assertThat(run(one, "limits", "remove", "user", "alice")).isEqualTo(2);
            assertThat(complained()).contains("list, set, delete");
            assertThat(run(one, "limits", "delete", "user", "alice")).isEqualTo(1);
            assertThat(complained()).contains("was not set by command");
            assertThat(run(one, "explain", "--op", "jump")).isEqualTo(2);
            assertThat(complained()).contains("no such operation: jump");
            assertThat(directory.resolve("limits-overlay.conf")).doesNotExist();
        }
        Files.writeString(token, "another-token-of-another-sidecar");
        try (Sidecar sidecar = start("a")) {
            Files.writeString(token, "wrong");
            assertThat(run(List.of(sidecar), "explain")).isEqualTo(1);
            assertThat(complained()).contains("knows another token").doesNotContain("wrong\n");
        }
        assertThat(Main.run(
                        new String[] {"explain", "--admin", "http://127.0.0.1:1"},
                        new PrintStream(out),
                        new PrintStream(err)))
                .isEqualTo(1);
        assertThat(complained()).contains("nothing listens there");
    }

    /** The JDK's own loggers are among those that logback shows. */
    @Test
    void token_isInNoLogLine_atAnyLevel() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(appenders::add);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        try (Sidecar sidecar = start("a")) {
            appenders.forEach(root::detachAppender);
            root.addAppender(lines);
            root.setLevel(Level.ALL);

            assertThat(run(List.of(sidecar), "explain", "--user", "alice")).isZero();
            assertThat(run(List.of(sidecar), "limits", "set", "user", "alice", "read-ops=9/h"))
                    .isZero();
        } finally {
            root.setLevel(level);
            root.detachAppender(lines);
            appenders.forEach(root::addAppender);
        }

        assertThat(lines.list).isNotEmpty();
        assertThat(lines.list).noneMatch(line -> line.getFormattedMessage().contains(TOKEN));
    }

    @Test
    void tokenInTheWrongPlace_isNotShown() throws IOException {
        try (Sidecar sidecar = start("a")) {
            List<Sidecar> one = List.of(sidecar);
            Files.writeString(token, TOKEN + "\n" + TOKEN);
            assertThat(run(one, "explain")).isEqualTo(2);
            assertThat(complained()).contains("doesn't hold a token").doesNotContain(TOKEN);
            assertThat(run(one, "explain", "--token", TOKEN)).isEqualTo(2);
            assertThat(complained()).contains("there is no option --token").doesNotContain(TOKEN);
            assertThat(run(one, "explain", "--token=" + TOKEN)).isEqualTo(2);
            assertThat(complained()).contains("there is no option --token").doesNotContain(TOKEN);
            assertThat(run(one, "explain", TOKEN)).isEqualTo(2);
            assertThat(complained()).contains("more words").doesNotContain(TOKEN);
        }
        for (String url : List.of("http://admin:" + TOKEN + "@127.0.0.1:1", "http://127.0.0.1:1?token=" + TOKEN)) {
            err.reset();
            assertThat(Main.run(new String[] {"explain", "--admin", url}, new PrintStream(out), new PrintStream(err)))
                    .isEqualTo(2);
            assertThat(complained()).contains("no address of an admin port").doesNotContain(TOKEN);
        }
    }

    @Test
    void help_listsTheOptions() {
        assertThat(Main.run(new String[] {"limits", "--help"}, new PrintStream(out), new PrintStream(err)))
                .isZero();
        assertThat(printed()).contains("--admin", "--token-file", "--explain", "ACTION...");
    }
}
