package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.testing.BrokenConfig;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of mistake in a limits file is reported with its place, its key and what would be right. */
class BrokenLimitsTest {
    private static final String NO_LIMIT = "leave the key out for no limit, write 0 for none at all";

    static Stream<BrokenConfig> values() {
        return Stream.of(
                BrokenConfig.of(
                        "a long word for a second",
                        "limits {\n  users {\n    alice { read-ops = 200/sec }\n  }\n}",
                        "3:13: limits.users.alice.read-ops: \"200/sec\" is not a rate;"
                                + " use N/s, N/min, N/h or N/d, such as 200/s"),
                BrokenConfig.of(
                        "a long word for an hour",
                        "limits {\n  total { read-bytes = 5 GiB/hour }\n}",
                        "2:11: limits.total.read-bytes: \"5 GiB/hour\" is not a rate;"
                                + " use a size per s, min, h or d, such as 5 GiB/h"),
                BrokenConfig.of(
                        "an ambiguous m",
                        "limits {\n  each-user { write-ops = 600/m }\n}",
                        "2:15: limits.each-user.write-ops: \"600/m\" is not a rate;"
                                + " m could be a minute or a month, write 600/min"),
                BrokenConfig.of(
                        "no period",
                        "limits {\n  each-user { write-ops = 600 }\n}",
                        "2:15: limits.each-user.write-ops: \"600\" has no period;"
                                + " use N/s, N/min, N/h or N/d, such as 600/s"),
                BrokenConfig.of(
                        "a byte rate without period",
                        "limits { total { read-bytes = 10 GiB } }",
                        "1:18: limits.total.read-bytes: \"10 GiB\" has no period;"
                                + " use a size per s, min, h or d, such as 10 GiB/s"),
                BrokenConfig.of(
                        "a fraction",
                        "limits { each-user { list-ops = 0.5/s } }",
                        "1:22: limits.each-user.list-ops: \"0.5/s\" is not a rate;"
                                + " use whole numbers and a longer period, such as 30/min for 0.5/s"),
                BrokenConfig.of(
                        "bytes where operations count",
                        "limits { each-bucket { read-ops = 10 MiB/s } }",
                        "1:24: limits.each-bucket.read-ops: \"10 MiB/s\" is not a rate;"
                                + " read-ops counts operations: use N/s, N/min, N/h or N/d, such as 200/s"),
                BrokenConfig.of(
                        "a unit that isn't a size",
                        "limits { total { write-bytes = 5 Mbit/s } }",
                        "1:18: limits.total.write-bytes: \"5 Mbit/s\" is not a rate;"
                                + " use a size per s, min, h or d, such as 200 MiB/s"),
                BrokenConfig.of(
                        "less than a byte",
                        "limits { total { write-bytes = 0.1 B/s } }",
                        "1:18: limits.total.write-bytes: \"0.1 B/s\" is not a rate;"
                                + " use a size per s, min, h or d, such as 200 MiB/s"),
                BrokenConfig.of(
                        "a negative rate",
                        "limits { anonymous { read-ops = -5/s } }",
                        "1:22: limits.anonymous.read-ops: \"-5/s\" is negative; " + NO_LIMIT),
                BrokenConfig.of(
                        "a word for no limit",
                        "limits { anonymous { read-ops = unlimited } }",
                        "1:22: limits.anonymous.read-ops: \"unlimited\" is not a limit; " + NO_LIMIT),
                BrokenConfig.of(
                        "more than the meters can count",
                        "limits { total { read-ops = 99999999999999999999/s, read-bytes = 300 TiB/s } }",
                        "1:18: limits.total.read-ops: \"99999999999999999999/s\" is too large;"
                                + " use at most 35184372088832 (2^45, 32 TiB)",
                        "1:53: limits.total.read-bytes: \"300 TiB/s\" is too large;"
                                + " use at most 35184372088832 (2^45, 32 TiB)"),
                BrokenConfig.of(
                        "a burst that is too deep",
                        "limits { total { read-bytes = 20 TiB/s, meter = bucket, burst = 1h } }",
                        "1:18: limits.total.read-bytes: rate times burst is too large;"
                                + " use at most 35184372088832 (2^45, 32 TiB)"),
                BrokenConfig.of(
                        "a rate where a number is needed",
                        "limits { each-user { concurrent-requests = 64/s } }",
                        "1:22: limits.each-user.concurrent-requests: \"64/s\" is not a number of requests;"
                                + " use a plain whole number, such as 64"),
                BrokenConfig.of(
                        "an unknown meter",
                        "limits {\n defaults { meter = windw }\n}",
                        "2:13: limits.defaults.meter: \"windw\" is not a meter; one of window, bucket, fixed, seed"),
                BrokenConfig.of(
                        "an unknown sharing",
                        "limits {\n users { a { sharing = fair } }\n}",
                        "2:14: limits.users.a.sharing: \"fair\" is not a sharing; one of paced, none, static, local"),
                BrokenConfig.of(
                        "an unknown enforcement of bytes",
                        "limits {\n users { a { read-bytes = 1 MiB/s, bytes = wait } }\n}",
                        "2:36: limits.users.a.bytes: \"wait\" is not known here; one of pace, debt"),
                BrokenConfig.of(
                        "an unknown action on excess",
                        "limits {\n defaults { on-exceed = warn }\n}",
                        "2:13: limits.defaults.on-exceed: \"warn\" is not known here; one of reject, wait, shadow"),
                BrokenConfig.of(
                        "bad bursts",
                        "limits { users {\n a { burst = 1x }\n b { burst = 10 }\n c { burst = 0s }\n d { burst = -1s } } }",
                        "2:6: limits.users.a.burst: \"1x\" is not a duration; use 1ms to 24h, such as 10s",
                        "3:6: limits.users.b.burst: \"10\" has no unit; write 10s or 10ms",
                        "4:6: limits.users.c.burst: \"0s\" is out of range; use 1ms to 24h, such as 10s",
                        "5:6: limits.users.d.burst: \"-1s\" is negative; use 1ms to 24h, such as 10s"),
                BrokenConfig.of(
                        "characters that a terminal would obey",
                        "limits { total { read-ops = \"\\u001b[31m\" } }",
                        "1:18: limits.total.read-ops: \"\\u001b[31m\" is not a rate;"
                                + " use N/s, N/min, N/h or N/d, such as 200/s"));
    }

    static Stream<BrokenConfig> structure() {
        return Stream.of(
                BrokenConfig.of(
                        "an unknown dimension",
                        "limits {\n  each-user { read-opps = 5/s }\n}",
                        "2:15: limits.each-user.read-opps: unknown key; did you mean read-ops?"),
                BrokenConfig.of(
                        "a key like none that is known",
                        "limits {\n  each-user { colour = 5/s }\n}",
                        "2:15: limits.each-user.colour: unknown key; known keys: read-ops, write-ops, list-ops,"
                                + " delete-ops, read-bytes, write-bytes, concurrent-requests, meter, sharing, bytes, burst, on-exceed, max-wait"),
                BrokenConfig.of(
                        "an unknown part",
                        "limits {\n  each-buket { }\n}",
                        "2:3: limits.each-buket: unknown key; did you mean each-bucket?"),
                BrokenConfig.of(
                        "a second top", "limits { }\nlimit { }", "2:1: limit: unknown key; did you mean limits?"),
                BrokenConfig.of(
                        "dots without quotes",
                        "limits { buckets {\n www.example.com { read-ops = 5/s }\n a.b.read-ops = 1/s } }",
                        "2:2: limits.buckets.www.example: a dot outside quotes starts a new key;"
                                + " put a name that has dots in quotes: \"www.example.com\"",
                        "3:2: limits.buckets.a.b: a dot outside quotes starts a new key;"
                                + " put a name that has dots in quotes: \"a.b\""),
                BrokenConfig.of(
                        "wrong types",
                        "limits {\n users = [a]\n buckets = 5\n total {\n read-ops = [1]\n write-ops = {a = 1}\n"
                                + " list-ops = null }\n each-user = null }",
                        "2:2: limits.users: this is a list [ ... ], where an object { ... } is needed;"
                                + " write { ... } after the key",
                        "3:2: limits.buckets: this is a number, where an object { ... } is needed;"
                                + " write { ... } after the key",
                        "5:2: limits.total.read-ops: this is a list [ ... ], where a single value is needed;"
                                + " write one value without [ ]",
                        "6:2: limits.total.write-ops: this is an object { ... }, where a single value is needed;"
                                + " a name with a dot needs quotes",
                        "7:2: limits.total.list-ops: this is null, where a single value is needed;"
                                + " leave the key out instead",
                        "8:2: limits.each-user: this is null, where an object { ... } is needed;"
                                + " leave the key out instead"),
                BrokenConfig.of(
                        "no limits at all",
                        "",
                        "1:1: there is no limits { ... } in this file; write limits {} for no limits"),
                BrokenConfig.of(
                        "names that match no request",
                        "limits { users {\n \"bob:swift\" {}\n \"\" {}\n \"key:12\" {}\n \"a$\" {} }\n"
                                + "buckets {\n \"a/b\" {}\n \"a$b\" {} }\ntenants {\n \"a$\" {} } }",
                        "2:2: limits.users.\"bob:swift\": this is a subuser, limits are for users;"
                                + " leave the : and what follows away; a tenant's user is \"tenant$uid\"",
                        "3:2: limits.users.\"\": the name is empty; a user is uid or \"tenant$uid\"",
                        "4:2: limits.users.\"key:12\": names that start with key: stand for access keys of no known"
                                + " user; give the access key a user in limits.access-keys",
                        "5:2: limits.users.\"a$\": there is no uid after the $; a tenant's user is \"tenant$uid\"",
                        "7:2: limits.buckets.\"a/b\": a bucket's name has no /; limits are for whole buckets",
                        "8:2: limits.buckets.\"a$b\": this is not the name of a bucket;"
                                + " a tenant's bucket is \"tenant:name\"",
                        "10:2: limits.tenants.\"a$\": this is not the name of a tenant;"
                                + " write only what stands before the $ or :"),
                BrokenConfig.of(
                        "substitutions of nothing",
                        "limits {\n each-user { read-ops = ${SLUICE_TEST_UNSET} }\n"
                                + " users { a = ${SLUICE_TEST_NONE} { read-ops = 1/s } } }",
                        "2:14: limits.each-user.read-ops: ${SLUICE_TEST_UNSET} is set nowhere;"
                                + " set it here or in the environment, or write ${?...} if it may be missing",
                        "3:10: limits.users.a: ${SLUICE_TEST_NONE} is set nowhere;"
                                + " set it here or in the environment, or write ${?...} if it may be missing"),
                BrokenConfig.of(
                        "a circle of substitutions",
                        "limits {\n defaults { meter = ${limits.defaults.meter} } }",
                        "2:1: substitutions form a circle; give one of the keys a value of its own"),
                BrokenConfig.of(
                        "includes, which open no file and no URL",
                        "include \"other.conf\"\nlimits {\n  include url(\"http://127.0.0.1:1/x\") }",
                        "1:1: include isn't supported;"
                                + " write everything into this file: changes of an included file would not be noticed",
                        "3:3: include isn't supported;"
                                + " write everything into this file: changes of an included file would not be noticed"));
    }

    static Stream<BrokenConfig> syntax() {
        return Stream.of(
                BrokenConfig.of(
                        "a tenant's user without quotes",
                        "limits { users {\n acme$carol { } } }",
                        "2:1: the character $ needs quotes around it;"
                                + " put the whole name or value in quotes, such as \"acme$carol\""),
                BrokenConfig.of(
                        "a tenant's bucket without quotes",
                        "limits { buckets {\n acme:images { read-ops = 1/s } } }",
                        "2:1: an object follows a plain value; a name with : in it needs quotes,"
                                + " such as \"acme:images\"; else a comma or a new line is missing"),
                BrokenConfig.of(
                        "a brace that is never closed",
                        "limits {\n  users {\n    alice { read-ops = 1/s }\n}\n",
                        "1:8: what is opened here is never closed; add the missing } or ]"),
                BrokenConfig.of(
                        "a brace too many",
                        "limits { }\n}",
                        "2:1: this } closes nothing; remove it, or add the { that is missing"),
                BrokenConfig.of(
                        "no comma",
                        "limits {\n total { read-ops = 1/s write-ops = 2/s } }",
                        "2:1: something is left over after a value;"
                                + " separate keys by a new line or a comma; a value with : or = in it needs quotes"),
                BrokenConfig.of(
                        "no value",
                        "limits {\n total { read-ops = } }",
                        "2:1: a value is missing; write a value after the =, or remove the key"),
                BrokenConfig.of(
                        "a quote that is never closed",
                        "limits {\n users { \"alice { } }\n}",
                        "2:1: a quoted text isn't closed; add the missing \" at the end of the text"),
                BrokenConfig.of(
                        "an unknown escape",
                        "limits { users {\n \"ali\\ce\" { } } }",
                        "2:1: a backslash in quotes starts an escape that doesn't exist; write \\\\ for a backslash"),
                BrokenConfig.of(
                        "two dots",
                        "limits { users {\n a..b { } } }",
                        "2:1: a dot has no name before or after it;"
                                + " put a name that has dots in quotes, such as \"www.example.com\""),
                BrokenConfig.of(
                        "a reserved character",
                        "limits { users {\n a = @ } }",
                        "2:1: a character with a meaning in HOCON (one of $ \" { } [ ] : = , + # ` ^ ? ! @ * & \\)"
                                + " needs quotes; put the whole name or value in quotes"),
                BrokenConfig.of(
                        "a list at the top",
                        "[1]",
                        "1:1: the file is a list; a configuration file holds keys, such as limits { ... }"),
                BrokenConfig.of(
                        "a binary file",
                        "\u0000\u0001",
                        "1:1: this isn't HOCON;"
                                + " look at this line and the one before: a brace, a quote or a comma is missing or too many"),
                BrokenConfig.of(
                        "too deep objects",
                        "{\n" + "a{".repeat(100_000),
                        "2:64: objects or lists are nested too deeply; no key needs more than 6 levels"),
                BrokenConfig.of(
                        "too deep lists",
                        "limits = " + "[".repeat(100_000),
                        "1:42: objects or lists are nested too deeply; no key needs more than 6 levels"),
                BrokenConfig.of(
                        "too many dots",
                        "a.".repeat(100_000) + "b = 1",
                        "1:1: objects or lists are nested too deeply; no key needs more than 6 levels"));
    }

    @ParameterizedTest
    @MethodSource({"values", "structure", "syntax"})
    void mistake_isReportedWithPlaceKeyAndHint(BrokenConfig broken) {
        ReadResult<PolicyLayer> result =
                LimitsFile.parse("config/limits.conf", broken.text().getBytes(StandardCharsets.UTF_8));

        assertThat(BrokenConfig.withoutFile(result.problems())).isEqualTo(broken.problems());
        assertThat(result).isInstanceOf(ReadResult.Unusable.class);
        assertThat(result.problems()).allMatch(p -> p.file().equals("config/limits.conf"));
    }

    static Stream<BrokenConfig> warnings() {
        return Stream.of(
                BrokenConfig.of(
                        "a burst without bucket",
                        "limits {\n each-user { read-ops = 1/s, burst = 1s } }",
                        "2:30: warning: limits.each-user.burst: only the meter bucket has a burst, this entry's is"
                                + " window; add meter = bucket, or remove the burst"),
                BrokenConfig.of(
                        "an enforcement of bytes without a limit on bytes",
                        "limits {\n each-user { read-ops = 1/s, bytes = debt } }",
                        "2:30: warning: limits.each-user.bytes: this entry has no limit on bytes; add read-bytes or"
                                + " write-bytes, or remove it"),
                BrokenConfig.of(
                        "a default burst that no entry uses",
                        "limits {\n defaults { burst = 1s } }",
                        "2:13: warning: limits.defaults.burst: only the meter bucket has a burst, and no entry uses it;"
                                + " set meter = bucket, or remove the burst"),
                BrokenConfig.of(
                        "a key that is written twice",
                        "limits { users { alice { read-ops = 5/s } } } # first\nlimits.users.alice.read-ops = 6/s",
                        "2:1: warning: limits.users.alice.read-ops: this replaces another value in line 1;"
                                + " keep one of the two"));
    }

    @ParameterizedTest
    @MethodSource("warnings")
    void harmlessMistake_isReportedAndTheFileLoaded(BrokenConfig broken) {
        ReadResult<PolicyLayer> result =
                LimitsFile.parse("config/limits.conf", broken.text().getBytes(StandardCharsets.UTF_8));

        assertThat(BrokenConfig.withoutFile(result.problems())).isEqualTo(broken.problems());
        assertThat(result).isInstanceOf(ReadResult.Usable.class);
    }
}
