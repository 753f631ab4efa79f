package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits asked about and changed through the admin port of whole sidecars. */
class LimitsByCommandTest extends SidecarFixture {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String ALICE = "/api/v1/limits/users/alice";

    private Path overlay;

    @BeforeEach
    void writeToken() throws IOException {
        Files.writeString(directory.resolve("token"), TOKEN);
        overlay = directory.resolve("limits-overlay.conf");
        more = "admin.token-file = token";
    }

    private static String send(Sidecar sidecar, String method, String path, String headers, String body)
            throws IOException {
        return RawHttp.exchange(
                sidecar.adminAddress(),
                method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static String send(Sidecar sidecar, String method, String path, String body) throws IOException {
        return send(sidecar, method, path, "Authorization: Bearer " + TOKEN + "\r\n", body);
    }

    private static Config ask(Sidecar sidecar, String path) throws IOException {
        String response = send(sidecar, "GET", path, "");
        assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
        return ConfigFactory.parseString(RawHttp.bodyOf(response));
    }

    @Test
    void explain_namesLimitsPlacesAndWhatIsLeft() throws IOException {
        try (Sidecar sidecar = start("a")) {
            for (int i = 0; i < 3; i++) {
                assertAdmitted(get(sidecar, "AKIDALICE"));
            }

            Config alice = ask(sidecar, "/api/v1/explain?user=alice&bucket=bucket&op=GET");
            Config deletes = ask(sidecar, "/api/v1/explain?user=alice&op=DeleteObject");
            Config stopped = ask(sidecar, "/api/v1/explain?user=stopped&op=GET");
            Config other = ask(sidecar, "/api/v1/explain?user=somebody&op=list");
            Config free = ask(sidecar, "/api/v1/explain?user=free&op=GET");

            assertThat(alice.getString("verdict")).isEqualTo("admitted");
            Config limit = alice.getConfigList("limits").get(0);
            assertThat(limit.getString("entry")).isEqualTo("users.alice");
            assertThat(limit.getString("dimension")).isEqualTo("read-ops");
            assertThat(limit.getString("limit")).isEqualTo("20/h");
            assertThat(limit.getString("origin")).endsWith("limits.conf:4");
            assertThat(limit.getString("origin_kind")).isEqualTo("file");
            assertThat(limit.getLong("used")).isEqualTo(3);
            assertThat(limit.getLong("remaining")).isEqualTo(17);
            assertThat(limit.getBoolean("binds")).isTrue();
            assertThat(deletes.getConfigList("limits").get(0).getString("dimension"))
                    .isEqualTo("delete-ops");
            assertThat(deletes.getConfigList("limits").get(0).getLong("remaining"))
                    .as("nobody has deleted anything")
                    .isEqualTo(40);
            assertThat(stopped.getString("verdict")).isEqualTo("rejected");
            assertThat(other.getConfigList("limits").get(0).getString("entry")).isEqualTo("each-user");
            assertThat(free.getString("verdict")).isEqualTo("unlimited");
            assertThat(send(sidecar, "GET", "/api/v1/explain?op=jump", ""))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("no such operation: jump");
        }
    }

    @Test
    void explainWithAnAddress_addsWhatUnprovenRequestsAreHeldTo() throws IOException {
        try (Sidecar sidecar = start("a")) {
            Config unproven = ask(sidecar, "/api/v1/explain?user=alice&op=GET&address=2001:db8::7");
            Config free = ask(sidecar, "/api/v1/explain?user=free&op=GET&address=192.0.2.7");
            Config anonymous = ask(sidecar, "/api/v1/explain?op=GET&address=192.0.2.7");

            List<? extends Config> limits = unproven.getConfigList("limits");
            Config ofAddress = limits.get(limits.size() - 1);
            assertThat(unproven.getString("address")).isEqualTo("2001:db8::/64");
            assertThat(ofAddress.getString("scope")).isEqualTo("unproven");
            assertThat(ofAddress.getString("subject")).isEqualTo("2001:db8::/64");
            assertThat(ofAddress.getString("entry")).isEqualTo("unproven");
            assertThat(ofAddress.getString("limit")).isEqualTo("100/s");
            assertThat(ofAddress.getString("origin_kind")).isEqualTo("default");
            assertThat(free.getString("verdict"))
                    .as("where nothing else may reject, the default does not hold")
                    .isEqualTo("unlimited");
            assertThat(anonymous.getString("address"))
                    .as("there is nothing to prove")
                    .isEmpty();
            assertThat(send(sidecar, "GET", "/api/v1/explain?user=alice&address=everywhere", ""))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("no such address")
                    .doesNotContain("everywhere");
        }
    }

    @Test
    void accessKeyForAUser_isRefused_andItsUserNamed() throws IOException {
        try (Sidecar sidecar = start("a")) {
            for (String response : List.of(
                    send(sidecar, "GET", "/api/v1/explain?user=AKIDALICE", ""),
                    send(sidecar, "GET", "/api/v1/limits/users/AKIDALICE", ""),
                    send(sidecar, "PUT", "/api/v1/limits/users/AKIDALICE", "{\"read-ops\": \"5/s\"}"),
                    send(sidecar, "DELETE", "/api/v1/limits/users/AKIDALICE", ""))) {
                assertThat(response)
                        .startsWith("HTTP/1.1 400 ")
                        .contains("its user is alice")
                        .doesNotContain("AKIDALICE");
            }
            assertThat(overlay).doesNotExist();
        }
    }

    @Test
    void bucketNamedLikeAnAccessKey_isShownByItsHash() throws IOException {
        Files.writeString(limitsFile, LIMITS.replace("users {", "each-bucket { read-ops = 9/h }, users {"));
        try (Sidecar sidecar = start("a")) {
            assertAdmitted(RawHttp.request(sidecar.listenAddress(), "GET", "/AKIDALICE/key", ""));

            String usage = send(sidecar, "GET", "/api/v1/usage", "");
            Config explained = ask(sidecar, "/api/v1/explain?user=alice&bucket=AKIDALICE");

            assertThat(usage).containsPattern("\"scope\":\"bucket\",\"subject\":\"key:[0-9a-f]{8}\"");
            assertThat(usage).doesNotContain("AKIDALICE");
            assertThat(explained.getString("bucket")).matches("key:[0-9a-f]{8}");
            assertThat(explained.root().render()).doesNotContain("AKIDALICE");
        }
    }

    @Test
    void systemUser_isExempt() throws IOException {
        Files.writeString(
                limitsFile, LIMITS.replace("access-keys {", "system-users = [sync], access-keys { S = sync,"));
        try (Sidecar sidecar = start("a")) {
            Config sync = ask(sidecar, "/api/v1/explain?user=sync&bucket=b&op=PUT");

            assertThat(sync.getString("verdict")).isEqualTo("exempt");
            assertThat(sync.getString("summary")).isEqualTo("sync is never limited");
            assertThat(sync.getConfigList("limits")).isEmpty();
        }
    }

    @Test
    void rejectedUser_isExplainedByTheLimitThatRejects() throws IOException {
        try (Sidecar sidecar = start("a")) {
            for (int i = 0; i < 21; i++) {
                get(sidecar, "AKIDALICE");
            }

            Config alice = ask(sidecar, "/api/v1/explain?user=alice&op=GET");

            assertThat(alice.getString("verdict")).isEqualTo("rejected");
            assertThat(alice.getString("summary")).contains("read-ops = 20/h of users.alice (", "limits.conf:4");
            assertThat(alice.getConfigList("limits").get(0).getDouble("wait_seconds"))
                    .isPositive();
            assertThat(alice.getConfigList("limits").get(0).getLong("rejected")).isEqualTo(1);
        }
    }

    @Test
    void set_isInForceAtOnce_andSurvivesARestart() throws IOException {
        try (Sidecar sidecar = start("a")) {
            assertAdmitted(get(sidecar, "AKIDALICE"));

            String response = send(sidecar, "PUT", ALICE, "{\"read-ops\": \"1/h\"}");

            assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").containsIgnoringCase("etag: \"");
            Config changed = ConfigFactory.parseString(RawHttp.bodyOf(response));
            assertThat(changed.getConfigList("before.limits")).hasSize(2);
            assertThat(changed.getConfigList("after.limits").get(0).getString("limit"))
                    .isEqualTo("1/h");
            assertThat(changed.getConfigList("after.limits").get(0).getString("meter"))
                    .as("from the defaults of the limits file")
                    .isEqualTo("bucket");
            assertThat(changed.getStringList("after.overrides").get(0)).endsWith("limits.conf:4");
            assertRefused(get(sidecar, "AKIDALICE"));
            assertThat(ask(sidecar, "/api/v1/explain?user=alice&op=GET").getString("summary"))
                    .contains("limits-overlay.conf:");
        }
        try (Sidecar again = start("a")) {
            assertAdmitted(get(again, "AKIDALICE"));
            assertRefused(get(again, "AKIDALICE"));

            assertThat(send(again, "DELETE", ALICE, "")).startsWith("HTTP/1.1 200 OK\r\n");

            assertAdmitted(get(again, "AKIDALICE"));
            assertThat(send(again, "DELETE", ALICE, ""))
                    .startsWith("HTTP/1.1 404 ")
                    .contains("was not set by command", "limits.conf:4");
        }
    }

    @Test
    void badValue_writesNothing_andGetsAHint() throws IOException {
        try (Sidecar sidecar = start("a")) {
            String unit = send(sidecar, "PUT", ALICE, "{\"read-ops\": \"100\"}");
            String key = send(sidecar, "PUT", ALICE, "{\"reed-ops\": \"100/s\"}");
            String text = send(sidecar, "PUT", ALICE, "{\"read-ops\": ");
            String object = send(sidecar, "PUT", ALICE, "{\"read-ops\": {\"a\": 1}}");
            String name = send(sidecar, "PUT", "/api/v1/limits/users/bob:swift", "{\"read-ops\": \"1/s\"}");
            String inject = send(sidecar, "PUT", ALICE, "{\"read-ops\": \"1/s } } users { bob { read-ops = 1/s\"}");
            String section = send(sidecar, "PUT", "/api/v1/limits/access-keys/AKID", "{\"read-ops\": \"1/s\"}");

            assertThat(unit).startsWith("HTTP/1.1 400 ").contains("has no period", "100/s");
            assertThat(key).startsWith("HTTP/1.1 400 ").contains("unknown key", "read-ops");
            assertThat(text).startsWith("HTTP/1.1 400 ");
            assertThat(object).startsWith("HTTP/1.1 400 ").contains("read-ops needs a text or a number");
            assertThat(name).startsWith("HTTP/1.1 400 ").contains("this is a subuser");
            assertThat(inject).startsWith("HTTP/1.1 400 ").contains("is not a rate");
            assertThat(section).startsWith("HTTP/1.1 400 ");
            assertThat(overlay).doesNotExist();
            assertThat(directory.resolve("limits-audit.log")).doesNotExist();
        }
    }

    @Test
    void change_needsTheToken() throws IOException {
        try (Sidecar sidecar = start("a")) {
            assertThat(send(sidecar, "PUT", ALICE, "", "{}")).startsWith("HTTP/1.1 401 ");
        }
        more = "";
        try (Sidecar sidecar = start("b")) {
            assertThat(send(sidecar, "PUT", ALICE, "", "{}"))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("admin.token-file");
            assertThat(send(sidecar, "DELETE", ALICE, "", "")).startsWith("HTTP/1.1 403 ");
            assertThat(send(sidecar, "GET", ALICE, "", "")).startsWith("HTTP/1.1 200 ");
        }
        assertThat(overlay).doesNotExist();
    }

    @Test
    void change_isRecordedWithWhoAndWhat() throws IOException {
        try (Sidecar sidecar = start("a")) {
            send(sidecar, "PUT", ALICE, "{\"read-ops\": \"7/h\"}");
            send(sidecar, "DELETE", ALICE, "");

            List<String> lines = Files.readAllLines(directory.resolve("limits-audit.log"));
            assertThat(lines).hasSize(2).noneMatch(line -> line.contains(TOKEN));
            Config set = ConfigFactory.parseString(lines.get(0));
            assertThat(set.getString("action")).isEqualTo("set");
            assertThat(set.getString("entry")).isEqualTo("users.alice");
            assertThat(set.getString("address")).startsWith("127.0.0.1:");
            assertThat(set.getString("token")).matches("[0-9a-f]{8}");
            assertThat(set.getString("before.read-ops")).isEqualTo("20/h");
            assertThat(set.getString("after.read-ops")).isEqualTo("7/h");
            Config delete = ConfigFactory.parseString(lines.get(1));
            assertThat(delete.getString("before.read-ops")).isEqualTo("7/h");
            assertThat(delete.getIsNull("after")).isTrue();
        }
    }

    @Test
    void ifMatch_refusesWhatWasChangedMeanwhile() throws IOException {
        try (Sidecar sidecar = start("a")) {
            String first = send(sidecar, "GET", ALICE, "");
            String tag = first.replaceAll("(?is).*\r\netag: (\"[0-9a-f]+\").*", "$1");
            String condition = "Authorization: Bearer " + TOKEN + "\r\nIf-Match: " + tag + "\r\n";

            assertThat(send(sidecar, "PUT", ALICE, condition, "{\"read-ops\": \"5/h\"}"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(send(sidecar, "PUT", ALICE, condition, "{\"read-ops\": \"6/h\"}"))
                    .startsWith("HTTP/1.1 412 ");
            assertThat(ask(sidecar, ALICE).getString("set.read-ops")).isEqualTo("5/h");
        }
    }

    @Test
    void list_hasAllEntriesInPages() throws IOException {
        try (Sidecar sidecar = start("a")) {
            Config all = ask(sidecar, "/api/v1/limits");
            Config first = ask(sidecar, "/api/v1/limits?max=2");
            Config second = ask(sidecar, "/api/v1/limits?max=2&after=" + first.getString("next"));

            assertThat(all.getConfigList("entries"))
                    .extracting(entry -> entry.getString("entry"))
                    .containsExactly("unproven", "each-user", "users.alice", "users.free", "users.stopped");
            assertThat(all.getConfigList("entries").get(0).getConfigList("limits"))
                    .allMatch(limit -> limit.getString("origin").equals("default"));
            assertThat(all.getIsNull("next")).isTrue();
            assertThat(first.getConfigList("entries")).hasSize(2);
            assertThat(second.getConfigList("entries"))
                    .extracting(entry -> entry.getString("entry"))
                    .containsExactly("users.alice", "users.free");
        }
    }

    @Test
    void change_listsWhichOtherSidecarsHaveIt() throws IOException {
        try (Sidecar a = start("a")) {
            more = "admin.token-file = token, limits-overlay = other-overlay.conf";
            try (Sidecar b = start("b")) {
                String authorization = "Authorization: Bearer " + TOKEN + "\r\n";
                List<String> endpoints = List.of(a.syncEndpoint(), b.syncEndpoint());
                a.setPeers(endpoints);
                b.setPeers(endpoints);
                await().until(() ->
                        send(a, "GET", "/api/v1/peers", authorization, "").contains("\"limits\":\"same\""));

                Config first =
                        ConfigFactory.parseString(RawHttp.bodyOf(send(a, "PUT", ALICE, "{\"read-ops\": \"9/h\"}")));

                assertThat(first.getConfigList("sidecars").get(0).getString("node"))
                        .isEqualTo("b");
                assertThat(first.getConfigList("sidecars").get(0).getString("limits"))
                        .isEqualTo("different");
                Config second =
                        ConfigFactory.parseString(RawHttp.bodyOf(send(b, "PUT", ALICE, "{\"read-ops\": \"9/h\"}")));
                assertThat(second.getString("limits_fingerprint")).isEqualTo(first.getString("limits_fingerprint"));
                await().until(() ->
                        send(b, "GET", "/api/v1/peers", authorization, "").contains("\"limits\":\"same\""));
            }
        }
    }

    @Test
    void overlayOfAnotherShape_isLeftAlone() throws IOException {
        Files.writeString(overlay, "limits { access-keys { AKID = alice } }\n");
        try (Sidecar sidecar = start("a")) {
            assertThat(send(sidecar, "PUT", ALICE, "{\"read-ops\": \"9/h\"}"))
                    .startsWith("HTTP/1.1 409 ")
                    .contains("holds access-keys");
        }
        assertThat(overlay).hasContent("limits { access-keys { AKID = alice } }");
    }
}
