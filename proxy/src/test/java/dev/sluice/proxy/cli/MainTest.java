package dev.sluice.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final String GOOD = "sluice {\n  upstream.address = \"127.0.0.1:7480\"\n}\n";
    private static final String NO_LIMITS = "limits { }\n";

    @TempDir
    private Path directory;

    private record Outcome(int code, String out, String err) {}

    private static Outcome run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Path write(String settings, String limits) throws IOException {
        Files.writeString(directory.resolve("limits.conf"), limits);
        return Files.writeString(directory.resolve("sluice.conf"), settings);
    }

    @Test
    void without_arguments_the_usage_is_an_error() {
        Outcome outcome = run();

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("Usage: sluice", "proxy", "check");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void help_is_what_was_asked_for() {
        Outcome outcome = run("--help");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("Usage: sluice", "proxy", "check").doesNotContain("warm-up");
        assertThat(outcome.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy", "check"})
    void each_command_has_help(String command) {
        for (String option : List.of("-h", "--help")) {
            Outcome outcome = run(command, option);

            assertThat(outcome.code()).isZero();
            assertThat(outcome.out()).contains("Usage: sluice " + command, "--config", "config/sluice.conf");
        }
    }

    @Test
    void keygen_writes_keys_that_fit_and_shows_no_secret() throws IOException {
        Outcome outcome = run("keygen", directory.resolve("rgw1.key").toString());

        assertThat(outcome.code()).isZero();
        List<String> secret = Files.readAllLines(directory.resolve("rgw1.key"));
        List<String> open = Files.readAllLines(directory.resolve("rgw1.pub"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("rgw1.key"))))
                .isEqualTo("rw-------");
        assertThat(secret).hasSize(2);
        assertThat(open).hasSize(2);
        assertThat(outcome.out()).contains(open.get(1)).doesNotContain(secret.get(1));
        Path settings = write(
                "sluice { upstream.address = \"127.0.0.1:7480\", sync { listen = \"tcp://0.0.0.0:7070\","
                        + " curve { secret-key-file = rgw1.key, allowed-keys-dir = \".\" } } }",
                NO_LIMITS);
        assertThat(run("check", "-c", settings.toString())).satisfies(checked -> {
            assertThat(checked.err()).isEmpty();
            assertThat(checked.code()).isZero();
        });
    }

    @Test
    void keygen_names_files_in_a_directory_after_the_machine() throws IOException {
        assertThat(run("keygen", directory.toString()).code()).isZero();

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString().replaceFirst(".*\\.", "")))
                    .containsExactlyInAnyOrder("key", "pub");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgw1.key", "rgw1.pub"})
    void keygen_overwrites_nothing(String existing) throws IOException {
        Files.writeString(directory.resolve(existing), "precious");

        Outcome outcome = run("keygen", directory.resolve("rgw1.key").toString());

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains(existing + " exists");
        assertThat(directory.resolve(existing)).hasContent("precious");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void unknown_command_is_named_and_help_offered() {
        Outcome outcome = run("prxy");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("prxy", "Try: sluice --help");
    }

    @Test
    void unknown_option_is_named_and_the_commands_help_offered() {
        Outcome outcome = run("check", "--verbos");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("--verbos", "Try: sluice check --help");
    }

    @Test
    void option_without_its_value_is_named() {
        Outcome outcome = run("proxy", "-c");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("--config", "Try: sluice proxy --help");
    }

    @Test
    void good_files_pass_the_check() throws Exception {
        Path file = write(GOOD, "limits { users { alice { read-ops = 5/s } } }");

        Outcome outcome = run("check", "-c", file.toString());

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).startsWith("ok: ").contains("sluice.conf", "limits.conf");
    }

    @Test
    void warnings_are_printed_and_pass_the_check() throws Exception {
        Path file = write(GOOD, "limits { users { alice { read-ops = 5/s, burst = 10s } } }");

        Outcome outcome = run("check", "-c", file.toString());

        assertThat(outcome.code()).isZero();
        assertThat(outcome.err())
                .contains("limits.conf:1:", ": warning: limits.users.alice.burst")
                .doesNotStartWith("warning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../config/sluice.conf"})
    void shipped_example_passes_the_check(String file) {
        Outcome outcome = run("check", "--config", file);

        assertThat(outcome.err()).doesNotContain("error");
        assertThat(outcome.code()).isZero();
    }

    /**
     * A mistake and what has to be printed about it.
     *
     * @param place {@code file:line:}
     */
    private record Mistake(String what, String settings, String limits, String place, String key, String right) {
        static Mistake inSettings(String what, String lines, String place, String key, String right) {
            return new Mistake(
                    what,
                    "sluice {\n upstream.address = \"127.0.0.1:7480\"\n" + lines + "\n}",
                    NO_LIMITS,
                    "sluice.conf:" + place,
                    key,
                    right);
        }

        static Mistake inLimits(String what, String lines, String place, String key, String right) {
            return new Mistake(what, GOOD, "limits {\n" + lines + "\n}", "limits.conf:" + place, key, right);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                Mistake.inSettings("syntax error", " sync { interval = 1s", "1:", "", "add the missing }"),
                new Mistake(
                        "missing upstream",
                        "sluice { }",
                        NO_LIMITS,
                        "sluice.conf:1:",
                        "sluice.upstream.address",
                        "such as 127.0.0.1:7480"),
                new Mistake(
                        "bad upstream",
                        "sluice {\n upstream.address = \"http://rgw:80\"\n}",
                        NO_LIMITS,
                        "sluice.conf:2:",
                        "sluice.upstream.address",
                        "write host:port"),
                Mistake.inSettings(
                        "bad address",
                        " listen.address = \"0.0.0.0:99999\"",
                        "3:",
                        "sluice.listen.address",
                        "1 to 65535"),
                Mistake.inSettings("unknown key", " limts-file = x", "3:", "sluice.limts-file", "limits-file"),
                Mistake.inSettings(
                        "wrong type", " listen.s3-domains = a.example.com", "3:", "sluice.listen.s3-domains", "[ ]"),
                Mistake.inSettings(
                        "duration without unit",
                        " listen.idle-timeout = 60",
                        "3:",
                        "sluice.listen.idle-timeout",
                        "write 60s or 60ms"),
                Mistake.inSettings(
                        "interval out of range", " sync.interval = 1ms", "3:", "sluice.sync.interval", "10ms to 10s"),
                Mistake.inSettings(
                        "negative duration", " upstream.connect-timeout = -1s", "3:", "connect-timeout", "such as"),
                Mistake.inSettings("bad size", " listen.max-head = 1 GiB", "3:", "sluice.listen.max-head", "32 KiB"),
                Mistake.inSettings(
                        "bad peer", " sync.peers = [\"rgw2\"]", "3:", "sluice.sync.peers", "tcp://host:port"),
                new Mistake(
                        "missing limits file",
                        "sluice {\n upstream.address = \"127.0.0.1:7480\"\n limits-file = none.conf\n}",
                        NO_LIMITS,
                        "none.conf:1:",
                        "",
                        "create it, or name another one"),
                Mistake.inSettings(
                        "admin for all without a token",
                        " admin.address = \"0.0.0.0:9090\"",
                        "3:",
                        "sluice.admin.token-file",
                        "name a file"),
                Mistake.inLimits(
                        "bad rate",
                        " each-user { read-ops = 200/sec }",
                        "2:",
                        "limits.each-user.read-ops",
                        "N/s, N/min"),
                Mistake.inLimits(
                        "negative rate", " anonymous { read-ops = -5/s }", "2:", "limits.anonymous.read-ops", "0"),
                Mistake.inLimits(
                        "unknown meter",
                        " defaults { meter = windw }",
                        "2:",
                        "limits.defaults.meter",
                        "one of window, bucket, fixed, seed"),
                Mistake.inLimits(
                        "unknown dimension",
                        " users { alice { read-opps = 5/s } }",
                        "2:",
                        "limits.users.alice.read-opps",
                        "did you mean read-ops?"),
                Mistake.inLimits("not an object", " buckets = 5", "2:", "limits.buckets", "write { ... }"),
                Mistake.inLimits("name that needs quotes", " users {\n acme$carol { } }", "3:", "", "\"acme$carol\""));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistake_is_reported_with_its_place_its_key_and_what_would_be_right(Mistake mistake) throws Exception {
        Path file = write(mistake.settings(), mistake.limits());

        Outcome outcome = run("check", "-c", file.toString());

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines().findFirst().orElse(""))
                .startsWith("error: ")
                .contains(mistake.place())
                .contains(mistake.key())
                .contains(mistake.right());
        assertThat(outcome.err()).endsWith("1 error\n").doesNotContain("Exception");
    }

    @Test
    void mistakes_in_both_files_are_all_reported_and_counted() throws Exception {
        Path file = write("sluice {\n colour = red\n}", "limits {\n each-user { read-ops = x, write-ops = y }\n}");

        Outcome outcome = run("check", "-c", file.toString());

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err().lines().filter(line -> line.startsWith("error: ")))
                .hasSize(4);
        assertThat(outcome.err()).endsWith("4 errors\n");
    }

    @Test
    void settings_file_that_is_missing_is_reported() {
        Outcome outcome = run("check", "-c", directory.resolve("none.conf").toString());

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("none.conf:1:1: ", "doesn't exist");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    @Timeout(120)
    void proxy_with_a_mistake_in_its_files_does_not_start(Mistake mistake) throws Exception {
        Path file = write(mistake.settings(), mistake.limits());

        Outcome outcome = run("proxy", "-c", file.toString());

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("error: ").contains(mistake.place());
    }

    @Test
    @Timeout(120)
    void proxy_whose_address_is_taken_reports_it_and_ends() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Path file = write(
                    "sluice {\n upstream.address = \"127.0.0.1:1\"\n listen.address = \"" + address
                            + "\"\n sync.listen = \"\"\n admin.address = \"127.0.0.1:0\"\n}",
                    NO_LIMITS);

            Outcome outcome = run("proxy", "-c", file.toString());

            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err()).startsWith("error: can't listen on ").contains(address);
        }
    }

    @Test
    void warm_up_ends_well_and_prints_nothing() {
        Outcome outcome = run("warm-up");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.code()).isZero();
    }
}
