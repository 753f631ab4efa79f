package dev.sluice.it.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page in every state that it has, before a made-up stream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardPageIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String ALICE = "[data-limit='user/alice/read-ops']";
    private static final String TOKEN = "0123456789abcdef";
    private static final List<MadeUpLimit> LIMITS = List.of(
            MadeUpLimit.of("user", "alice", "read-ops", 40, 80),
            MadeUpLimit.of("user", "intern", "read-ops", 5, 20).shadow(),
            MadeUpLimit.of("user", "acme$carol", "read-bytes", 400, 300).waiting(2),
            MadeUpLimit.of("anonymous", "", "read-ops", 100, 90),
            MadeUpLimit.of("bucket", "logs", "write-ops", 10, 2));

    private Browser browser;
    private MadeUpStream stream;

    @BeforeAll
    void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        stream = MadeUpStream.start();
        stream.limits = LIMITS;
        browser.size(1440, 900, 1).colours("light");
    }

    @AfterEach
    void stop() {
        stream.close();
    }

    private void show(String hash) {
        browser.open(stream.page().resolve("/" + hash));
        until(() -> browser.has("[data-health]"));
    }

    private static void until(BooleanSupplier condition) {
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(50)).until(condition::getAsBoolean);
    }

    private void assertClean() {
        assertThat(browser.consoleLines()).as("the console").isEmpty();
        assertThat(browser.foreignRequests()).isEmpty();
        assertThat(browser.sidewaysPixels()).isZero();
    }

    @Test
    void rows_showUseDemandAndShares() {
        show("");

        assertThat(browser.text("header")).contains("Healthy").contains("1 limit rejects");
        assertThat(browser.count("[data-limit]")).isEqualTo(5);
        assertThat(browser.text(ALICE))
                .contains("alice", "user · reads", "40 of 40/s", "asks for 2×", "40/s", "50 % of asked");
        assertThat(browser.attribute(ALICE, "data-shares")).isEqualTo("rgw1=0.75 rgw2=0.25");
        assertThat(browser.number(ALICE, "data-used")).isEqualTo(40);
        assertThat(browser.number(ALICE, "data-rejected")).isEqualTo(40);
        assertThat(browser.text("[data-limit='user/intern/read-ops']"))
                .contains("shadow", "15/s", "would be", "asks for 4×");
        assertThat(browser.text("[data-limit='user/acme$carol/read-bytes']")).contains("300 B of", "slowed: 2 wait");
        assertThat(browser.text("[data-limit='anonymous/read-ops']")).contains("anonymous", "near its limit");
        assertThat(browser.text("[data-limit='bucket/logs/write-ops']")).contains("bucket · writes", "20 %");
        assertClean();
    }

    @Test
    void bar_hasTheLimitAtTwoThirds_andWhatIsRefusedBehindIt() {
        show("");

        double track = browser.width(ALICE + " .bar");
        assertThat(browser.width(ALICE + " .seg:nth-child(1)") / track).isCloseTo(0.66 * 0.75, within(0.01));
        assertThat(browser.width(ALICE + " .seg:nth-child(2)") / track).isCloseTo(0.66 * 0.25, within(0.01));
        assertThat(browser.width(ALICE + " .bar-refused") / track).isCloseTo(0.34 * 0.5, within(0.01));
        assertThat(browser.width("[data-limit='user/intern/read-ops'] .bar-would") / track)
                .isCloseTo(0.34 * 0.75, within(0.01));
        assertThat(browser.attribute(ALICE + " .bar", "aria-label"))
                .isEqualTo("40 of 40/s used: rgw1 75 % and rgw2 25 %, 40 a second rejected");
    }

    @Test
    void tiles_areTheMeanOfFiveSeconds() {
        show("");

        until(() -> browser.number("[data-metric='admitted']", "data-value") == 120);
        assertThat(browser.number("[data-metric='failed']", "data-value")).isZero();
        assertThat(browser.text("[data-metric='failed']")).contains("no 502 or 504");
        stream.failed = 10;

        until(() -> browser.number("[data-metric='failed']", "data-value") == 20);
        assertThat(browser.text("[data-metric='failed']")).contains("20 /s", "502, 504: not a limit");
    }

    @Test
    void figuresOfOneSidecar_areShown_whereItIsChosen() {
        show("");
        until(() -> browser.text("[data-metric='admitted']").contains("120 /s"));

        browser.find(".sidecar-switch button:nth-child(2)").click();

        until(() -> browser.text("[data-metric='admitted']").contains("60 /s"));
        assertThat(browser.count(ALICE + " .seg.faint")).isEqualTo(1);
        assertThat(browser.number("[data-metric='admitted']", "data-value")).isEqualTo(120);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "peer-silent | error | ['rgw2'] | | Sidecar rgw2 is silent since | in a cluster of two, the whole limit",
                "gateway-down | error | ['rgw1'] | Connection refused | The gateway of rgw1 can't be reached | get 502",
                "limits-file-bad | warning | ['rgw1','rgw2'] | limits.conf:8:21: no rate | has a mistake on rgw1 and rgw2"
                        + " | limits.conf:8:21: no rate",
                "limits-differ | warning | ['rgw2'] | | rgw2 has other limits than rgw1 | its own",
                "sync-failing | error | ['rgw1'] | no keys | rgw1 can't exchange usage | no keys",
                "of-a-later-release | warning | ['rgw1'] | what it is | of a later release on rgw1 | what it is"
            })
    void problem_hasABanner(String kind, String level, String sidecars, String message, String title, String meaning) {
        stream.problems =
                List.of(MadeUpStream.problem(kind, level, sidecars.replace('\'', '"'), message == null ? "" : message));
        show("");

        assertThat(browser.text("[data-problem='" + kind + "'] [role=alert]"))
                .contains(title)
                .contains(meaning);
        assertThat(browser.text("[role=status]")).isEqualTo("1 thing is wrong");
        assertThat(browser.attribute("[role=status]", "data-health")).isEqualTo(level.equals("error") ? "bad" : "warn");
        stream.problems = List.of();

        until(() -> browser.text("[role=status]").equals("Healthy"));
        assertThat(browser.has(".banner")).isFalse();
        assertClean();
    }

    @Test
    void silentSidecar_isShownAsOne() {
        show("");
        assertThat(browser.attribute("[data-peer='rgw2']", "data-state")).isEqualTo("live");
        assertThat(browser.text("[data-peer='rgw2']")).contains("hears 1 of 1, 51 ms ago", "gateway up", "limits ok");
        stream.otherState = "silent";

        until(() -> browser.attribute("[data-peer='rgw2']", "data-state").equals("silent"));
        assertThat(browser.text("[data-peer='rgw2']")).contains("silent for", "no report");
        stream.otherState = "left";

        until(() -> browser.attribute("[data-peer='rgw2']", "data-state").equals("left"));
        assertClean();
    }

    @Test
    void whatHappened_isListed() {
        stream.events = List.of(
                MadeUpStream.event(3, "rejecting", "error", "rgw1", "user/alice/read-ops"),
                MadeUpStream.event(2, "limits-changed", "info", "rgw2", ""),
                MadeUpStream.event(1, "limits-changed", "info", "rgw1", ""));
        show("");

        assertThat(browser.text(".events"))
                .contains("alice began to be rejected: reads, 40/s")
                .contains("rgw1 and rgw2: new limits are in force");
        assertThat(browser.count("[data-event]")).isEqualTo(2);
    }

    @Test
    void withoutLimits_thePageShowsWhatToDo() throws Exception {
        stream.limits = List.of();
        show("");

        assertThat(browser.text(".limits")).contains("No limit is in use yet", "Point an S3 client at a sidecar.");
        assertThat(browser.seriousAxeFindings()).isEmpty();
        assertClean();
    }

    @Test
    void lostSidecar_greysTheFigures_andThePageTriesAgain() {
        show("");
        assertThat(browser.has("main.lost")).isFalse();
        stream.close();

        until(() -> browser.has("main.lost"));
        assertThat(browser.text("[role=status]")).startsWith("no news since ");
        assertThat(browser.text(ALICE)).contains("40 of 40/s");
    }

    @Test
    void token_isAskedFor_andKeptForTheTabAlone() throws Exception {
        stream.close();
        stream = MadeUpStream.withToken(TOKEN);
        stream.limits = LIMITS;
        browser.open(stream.page());
        until(() -> browser.has("#token"));
        assertThat(browser.has("[data-limit]")).isFalse();
        assertThat(browser.seriousAxeFindings()).isEmpty();

        browser.type("wrong", Keys.ENTER);
        until(() -> browser.has(".token [role=alert]"));
        browser.script("document.getElementById('token').value = '';");
        browser.find("#token").click();
        browser.type(TOKEN, Keys.ENTER);
        until(() -> browser.has(ALICE));
        browser.reload();
        until(() -> browser.has(ALICE));

        assertThat(browser.script("return JSON.stringify(localStorage) + document.cookie + location.href;")
                        .toString())
                .doesNotContain(TOKEN);
        browser.find("footer button").click();
        until(() -> browser.has("#token"));
        assertThat(browser.script("return sessionStorage.length;")).isEqualTo(0L);
    }

    @Test
    void keyboard_reachesEverything() {
        show("");

        browser.type("/");
        assertThat(browser.script("return document.activeElement.type;")).isEqualTo("search");
        browser.type("lo");
        until(() -> browser.count("[data-limit]") == 1);
        assertThat(browser.has("[data-limit='bucket/logs/write-ops']")).isTrue();
        browser.type(Keys.ESCAPE);
        until(() -> browser.count("[data-limit]") == 5);

        browser.find(ALICE + " a").sendKeys(Keys.ENTER);
        until(() -> browser.text("h1").equals("user alice"));
        assertThat(browser.location()).endsWith("#/user/alice");
        browser.type(Keys.ESCAPE);
        until(() -> browser.text("h1").equals("Sluice"));
    }

    @Test
    void skipLink_leadsToTheFigures() {
        show("");

        browser.tab();
        assertThat(browser.script("return document.activeElement.className;")).isEqualTo("skip");
        browser.type(Keys.ENTER);

        assertThat(browser.script("return document.activeElement.id;")).isEqualTo("main");
        assertThat(browser.count("h1")).isEqualTo(1);
        browser.tab();
        assertThat(browser.script("return !!document.activeElement.closest('main');"))
                .isEqualTo(true);
    }

    @Test
    void search_findsWhatIsNotShown() {
        show("");

        browser.type("/", "zoe");

        until(() -> browser.has("[data-limit='user/zoe/read-ops']"));
        assertThat(browser.text("[data-limit='user/zoe/read-ops']")).contains("3 of 9/s");
        assertClean();
    }

    @Test
    void subject_hasItsLimitsItsClientsAndItsRejections() throws Exception {
        show("#/user/alice");
        until(() -> browser.text("main").contains("192.0.2.17"));

        assertThat(browser.text("main"))
                .contains("meter window", "40/s rejected", "share of rgw1 75 %", "limits.conf:8", "read-ops = 40/s");
        assertThat(browser.count("canvas")).isEqualTo(1);
        assertThat(browser.seriousAxeFindings()).isEmpty();
        assertClean();
    }

    @Test
    void nameOfASubject_isText_neverMarkup() {
        String name = "<img src=x onerror=\"document.title='owned'\">/a%b";
        stream.limits = List.of(MadeUpLimit.of("user", name, "read-ops", 40, 80));
        show("");

        assertThat(browser.text(".who b")).isEqualTo(name);
        browser.find("[data-limit] a").click();
        until(() -> browser.text("h1").equals("user " + name));
        until(() -> browser.has("canvas"));
        assertThat(browser.script("return document.title;").toString()).startsWith(name);
        assertThat(browser.count("main img")).isZero();
        assertClean();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void page_isAccessible_andNoWiderThanAPhone(String scheme) throws Exception {
        stream.problems = List.of(
                MadeUpStream.problem("peer-silent", "error", "[\"rgw2\"]", ""),
                MadeUpStream.problem(
                        "limits-file-bad", "warning", "[\"rgw1\"]", "limits.conf:8:21: " + "x".repeat(200)));
        browser.colours(scheme);
        show("");

        assertThat(browser.script("return document.documentElement.dataset.theme;"))
                .isEqualTo(scheme);
        assertThat(browser.seriousAxeFindings()).isEmpty();
        for (int width : new int[] {390, 320, 768}) {
            browser.size(width, 844, 1);
            assertThat(browser.sidewaysPixels()).as("at %d px", width).isZero();
        }
        assertThat(browser.seriousAxeFindings()).isEmpty();
        assertClean();
    }

    @Test
    void colours_canBeChanged_andStay() {
        show("");
        browser.find("button.theme").click();
        until(() ->
                browser.script("return document.documentElement.dataset.theme;").equals("dark"));
        browser.reload();
        until(() -> browser.has("[data-health]"));

        assertThat(browser.script("return document.documentElement.dataset.theme;"))
                .isEqualTo("dark");
        browser.script("localStorage.clear();");
    }
}
