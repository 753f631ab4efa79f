package dev.sluice.it.dashboard;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium with one tab, and what a test asks of the page in it. */
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path AXE = SourceTree.path("it-tests/src/test/resources/axe/axe.min.js");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Installs Chromium where it isn't there, or skips the test where that is not possible. */
    static Browser start() {
        if (!Files.exists(CHROMIUM) || !Files.exists(DRIVER)) {
            Prerequisite.require(
                    Files.exists(Path.of("/etc/debian_version")), "the dashboard is tested in Debian's Chromium");
            var install = ShellCommand.of(
                            SourceTree.path("it-tests/clients/install.sh").toString(), "browser")
                    .within(Duration.ofMinutes(10))
                    .run();
            Prerequisite.require(install.exit() == 0, "Chromium cannot be installed: " + install.output());
        }
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions()
                .setBinary(CHROMIUM.toFile())
                // The sandbox refuses to run as root, and a container has little shared memory.
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars");
        options.setCapability("goog:loggingPrefs", logs);
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(DRIVER.toString()))
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /** Sizes the page as on a screen of its own. */
    Browser size(int width, int height, double scale) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", false));
        return this;
    }

    /** What the user prefers: {@code light} or {@code dark}, and no motion, so that nothing is half way. */
    Browser colours(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        return this;
    }

    /** Loads a page anew, also if only what follows {@code #} differs. */
    Browser open(URI page) {
        driver.get("about:blank");
        consoleLines();
        driver.get(page.toString());
        return this;
    }

    void reload() {
        driver.navigate().refresh();
    }

    boolean has(String css) {
        return !driver.findElements(By.cssSelector(css)).isEmpty();
    }

    int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    /** The visible text, in one line; empty: there is no such element. */
    String text(String css) {
        return String.valueOf(
                        script("const e = document.querySelector(arguments[0]); return e ? e.innerText : '';", css))
                .replaceAll("\\s+", " ")
                .strip();
    }

    /** The value of an attribute; empty: there is none. */
    String attribute(String css, String name) {
        return String.valueOf(script(
                "const e = document.querySelector(arguments[0]); return (e && e.getAttribute(arguments[1])) || '';",
                css,
                name));
    }

    /** A number in an attribute; NaN: there is none. */
    double number(String css, String name) {
        String value = attribute(css, name);
        return value.isEmpty() ? Double.NaN : Double.parseDouble(value);
    }

    /** Width in CSS pixels. */
    double width(String css) {
        return ((Number) script("return document.querySelector(arguments[0]).getBoundingClientRect().width;", css))
                .doubleValue();
    }

    Object script(String code, Object... arguments) {
        return Objects.requireNonNullElse(driver.executeScript(code, arguments), "");
    }

    /** Types on the keyboard, wherever the focus is. */
    void type(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    void tab() {
        type(Keys.TAB);
    }

    String location() {
        return driver.getCurrentUrl();
    }

    /** What the page has written to the console since it was loaded, or since this was asked. */
    List<String> consoleLines() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .toList();
    }

    /** The addresses that the page has loaded from, without those of its own origin. */
    @SuppressWarnings("unchecked")
    List<String> foreignRequests() {
        return (List<String>) script("return performance.getEntriesByType('resource').map(e => e.name)"
                + ".filter(name => !name.startsWith(location.origin + '/') && !name.startsWith('data:'));");
    }

    /** How many pixels the page can be scrolled sideways. */
    long sidewaysPixels() {
        return (Long) script("return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
                + " - document.documentElement.clientWidth;");
    }

    /** What axe-core finds that is serious or worse, each with the elements it is about. */
    @SuppressWarnings("unchecked")
    List<String> seriousAxeFindings() throws IOException {
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
        script(Files.readString(AXE) + "; window.axe = axe;");
        Object found = driver.executeAsyncScript("const done = arguments[0];"
                + "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations"
                + ".filter(v => v.impact === 'serious' || v.impact === 'critical')"
                + ".map(v => v.id + ': ' + v.help + ': ' + v.nodes.map(n => n.html + ' ' + (n.failureSummary || ''))"
                + ".slice(0, 3).join(' | '))), e => done(['axe failed: ' + e]));");
        return (List<String>) Objects.requireNonNull(found);
    }

    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
