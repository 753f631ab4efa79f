package dev.sluice.it.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.SteadyLoad;
import dev.sluice.it.harness.net.StubGateway;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two sidecars under load in the dashboard of the first, while things go wrong. The steps follow each other, as a cluster is
 * slow to start. How soon the page must show a change is checked with {@code -Dsluice.strict=true} alone: a busy machine is
 * slower. With {@code -Dsluice.screenshots=FOLDER} a picture of each state is left there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardIT {
    private static final boolean IS_STRICT = Boolean.getBoolean("sluice.strict");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ALICE_LIMIT = 40;
    private static final int ALICE_OFFERED_BY_EACH = 60;
    private static final int BOB_OFFERED_BY_EACH = 40;
    private static final int SAMPLES = 8;
    private static final int MIDDLE_SECONDS = 3;
    private static final String LIMITS = """
            access-keys { AKIAALICE = alice, AKIABOB = bob, AKIAINTERN = intern }
            users {
              alice { read-ops = %d/s }
              bob { read-ops = 200/s }
              intern { read-ops = 5/s, on-exceed = shadow }
            }
            """;
    private static final String ALICE = "[data-limit='user/alice/read-ops']";
    private static final Pattern OUTCOME =
            Pattern.compile("sluice_requests_total\\{[^}]*outcome=\"([a-z-]+)\"[^}]*} ([0-9.E+]+)");

    private Browser browser;
    private final List<PlainGateway> gateways = new ArrayList<>();
    private final List<SteadyLoad> loads = new ArrayList<>();
    private SidecarCluster cluster;

    /** Responds 200 with two bytes. */
    private static final class PlainGateway extends StubGateway {
        private PlainGateway() throws IOException {
            open();
        }

        @Override
        protected void respond(String head, OutputStream out) throws IOException {
            write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    }

    @BeforeAll
    void start() throws IOException {
        browser = Browser.start().size(1440, 900, 1).colours("light");
        gateways.add(new PlainGateway());
        gateways.add(new PlainGateway());
        cluster = SidecarCluster.start(
                2,
                gateways.stream().map(StubGateway::endpoint).toList(),
                LIMITS.formatted(ALICE_LIMIT),
                "sluice.identity.verify = off");
        for (int i = 0; i < 2; i++) {
            SidecarProcess sidecar = cluster.get(i);
            load(sidecar, "AKIAALICE", ALICE_OFFERED_BY_EACH);
            load(sidecar, "AKIABOB", BOB_OFFERED_BY_EACH);
            load(sidecar, "AKIAINTERN", 5);
        }
        browser.open(cluster.get(0).admin().resolve("/"));
    }

    private void load(SidecarProcess sidecar, String accessKey, int perSecond) {
        String target = "/bucket/object?AWSAccessKeyId=" + accessKey + "&Expires=4000000000&Signature=c2lnbmF0dXJl";
        loads.add(SteadyLoad.start(sidecar::s3, "localhost", target, perSecond));
    }

    @AfterAll
    void stop() throws IOException {
        loads.forEach(SteadyLoad::close);
        if (cluster != null) {
            cluster.close();
        }
        for (PlainGateway gateway : gateways) {
            gateway.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    /** Waits until the page shows it; within a time only where the machine is idle. */
    private static void until(int seconds, BooleanSupplier condition) {
        await().atMost(IS_STRICT ? Duration.ofSeconds(seconds) : PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(condition::getAsBoolean);
    }

    private void picture(String name) throws IOException {
        String folder = System.getProperty("sluice.screenshots", "");
        if (!folder.isEmpty()) {
            browser.screenshot(Path.of(folder, name + ".png"));
        }
    }

    private void assertClean() {
        assertThat(browser.consoleLines()).as("the console").isEmpty();
        assertThat(browser.foreignRequests()).isEmpty();
    }

    /** What both sidecars have counted since their start, by their metrics, and when. */
    private record Counts(double admitted, double rejected, long nanos) {}

    private Counts counts() throws IOException {
        double admitted = 0;
        double rejected = 0;
        long before = System.nanoTime();
        for (int i = 0; i < 2; i++) {
            Matcher matcher =
                    OUTCOME.matcher(WireHttpClient.get(cluster.get(i).admin().resolve("/metrics"))
                            .body());
            while (matcher.find()) {
                double count = Double.parseDouble(matcher.group(2));
                admitted += matcher.group(1).equals("admitted") ? count : 0;
                rejected += matcher.group(1).equals("rejected") ? count : 0;
            }
        }
        return new Counts(admitted, rejected, before + (System.nanoTime() - before) / 2);
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    @Order(1)
    void userOverItsLimit_isOnTop_withTheSharesOfBoth() throws Exception {
        until(
                30,
                () -> browser.attribute(".rows > :first-child", "data-limit").equals("user/alice/read-ops")
                        && browser.attribute(ALICE, "data-shares").contains("="));

        until(30, () -> browser.count("[data-peer][data-state='live']") == 2);
        until(30, () -> Math.abs(browser.number(ALICE, "data-used") - ALICE_LIMIT) < 0.15 * ALICE_LIMIT);
        Matcher shares = Pattern.compile("=([01]\\.\\d+)").matcher(browser.attribute(ALICE, "data-shares"));
        List<Double> parts = shares.results()
                .map(found -> Double.parseDouble(found.group(1)))
                .toList();
        assertThat(parts).hasSize(2).allMatch(part -> part > 0.2);
        assertThat(browser.text(ALICE)).contains("of " + ALICE_LIMIT + "/s", "asks for", "of asked");
        assertThat(browser.text("[data-limit='user/intern/read-ops']")).contains("shadow", "would be");
        assertThat(browser.text("header")).contains("Healthy", "1 limit rejects");
        assertClean();
    }

    /** What the page shows is the mean of the five seconds before, so their middle is some three seconds ago. */
    private void assertShownAsCounted() throws IOException {
        Counts start = counts();
        Counts end = start;
        double admitted = 0;
        double rejected = 0;
        for (int i = 0; i < SAMPLES; i++) {
            long due = start.nanos() + TimeUnit.SECONDS.toNanos(MIDDLE_SECONDS + i);
            pause(Math.max(0, TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime())));
            if (i == SAMPLES - MIDDLE_SECONDS) {
                end = counts();
            }
            admitted += browser.number("[data-metric='admitted']", "data-value") / SAMPLES;
            rejected += browser.number("[data-metric='rejected']", "data-value") / SAMPLES;
        }
        double seconds = (end.nanos() - start.nanos()) / 1e9;

        assertThat(admitted).isCloseTo((end.admitted() - start.admitted()) / seconds, Percentage.withPercentage(2));
        assertThat(rejected).isCloseTo((end.rejected() - start.rejected()) / seconds, Percentage.withPercentage(2));
    }

    @Test
    @Order(2)
    void admittedAndRejected_areThoseOfTheMetrics() throws Exception {
        // A pause of the machine in between falls into other seconds of the one than of the other.
        await().atMost(Duration.ofMinutes(2)).untilAsserted(this::assertShownAsCounted);
        picture("overview-light");
        browser.colours("dark");
        until(
                5,
                () -> browser.script("return document.documentElement.dataset.theme;")
                        .equals("dark"));
        picture("overview-dark");
        browser.colours("light");
    }

    @Test
    @Order(3)
    void page_isAccessible_andNoWiderThanAPhone() throws Exception {
        for (String scheme : List.of("light", "dark")) {
            browser.colours(scheme);
            assertThat(browser.seriousAxeFindings()).as(scheme).isEmpty();
        }
        browser.size(390, 844, 2).colours("light");
        assertThat(browser.sidewaysPixels()).isZero();
        assertThat(browser.seriousAxeFindings()).isEmpty();
        picture("phone-light");
        browser.size(1440, 900, 1);
        assertClean();
    }

    @Test
    @Order(4)
    void userOfTheList_hasAPageOfItsOwn() throws Exception {
        browser.find(ALICE + " a").click();
        until(5, () -> browser.text("h1").equals("user alice") && browser.has("canvas"));
        until(5, () -> browser.text("main").contains("limits.conf:"));

        assertThat(browser.text("main")).contains("meter window", "share of", "127.0.0.1", "Recent rejections");
        for (String scheme : List.of("light", "dark")) {
            browser.colours(scheme);
            assertThat(browser.seriousAxeFindings()).as(scheme).isEmpty();
            picture("user-detail-" + scheme);
        }
        browser.colours("light");
        browser.script("location.hash = '#/';");
        until(5, () -> browser.has(ALICE));
        assertClean();
    }

    @Test
    @Order(5)
    void changedLimit_isShown() {
        for (int i = 0; i < 2; i++) {
            cluster.get(i).writeLimits(LIMITS.formatted(2 * ALICE_LIMIT));
        }

        until(3, () -> browser.text(ALICE).contains("of " + 2 * ALICE_LIMIT + "/s"));
    }

    @Test
    @Order(6)
    void badLimitsFile_isShown_withItsLine() throws Exception {
        cluster.get(1).writeLimits(LIMITS.formatted(ALICE_LIMIT) + "\nusers.bob.read-ops = 60/sec");

        until(3, () -> browser.has("[data-problem='limits-file-bad']"));
        assertThat(browser.text("[data-problem='limits-file-bad']"))
                .containsPattern("limits\\.conf:\\d+:\\d+: ")
                .contains("60/sec", "the old limits stay in force");
        assertThat(browser.text("[role=status]")).contains("wrong");
        picture("limits-file-bad");
        cluster.get(1).writeLimits(LIMITS.formatted(2 * ALICE_LIMIT));

        until(5, () -> browser.text("[role=status]").equals("Healthy"));
        assertClean();
    }

    @Test
    @Order(7)
    void lostGateway_isShown() throws Exception {
        gateways.get(0).close();

        until(4, () -> browser.has("[data-problem='gateway-down']"));
        until(8, () -> browser.number("[data-metric='failed']", "data-value") > 0);
        pause(2000);
        assertThat(browser.text("[data-problem='gateway-down']")).contains("can't be reached", "502");
        picture("gateway-down");
        assertClean();
    }

    @Test
    @Order(8)
    void killedPeer_isShown() throws Exception {
        cluster.get(1).kill9();

        until(
                2,
                () -> !browser.attribute("[data-problem='peer-silent']", "data-problem")
                                .isEmpty()
                        && browser.count("[data-peer][data-state='silent']") == 1);
        assertThat(browser.text("[data-problem='peer-silent']")).contains("is silent since", "on-partition = auto");
        picture("peer-lost");
        browser.size(390, 844, 2).colours("dark");
        picture("phone-dark-peer-lost");
        assertThat(browser.sidewaysPixels()).isZero();
        browser.size(1440, 900, 1).colours("light");
        assertClean();
    }

    @Test
    @Order(9)
    void lostSidecar_leavesItsFiguresGreyed() throws Exception {
        cluster.get(0).kill9();

        until(6, () -> browser.text("[role=status]").startsWith("no news since ") && browser.has("main.lost"));
        picture("no-news");
    }
}
