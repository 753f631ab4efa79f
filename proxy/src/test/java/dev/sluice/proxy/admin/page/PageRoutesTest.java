package dev.sluice.proxy.admin.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.http.AdminRouter;
import dev.sluice.proxy.admin.http.AdminServer;
import dev.sluice.proxy.admin.http.ContentResponse;
import dev.sluice.proxy.admin.http.RouteAccess;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.testing.RawHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageRoutesTest {
    private static final Path RESOURCES = Path.of("src/main/resources/dashboard");
    private static final int SENT_BYTES_MAX = 100_000;
    private static final Pattern VENDORED =
            Pattern.compile("\"file\": \"([^\"]+)\"[^}]*\"sha256\": \"([0-9a-f]{64})\"");
    private static final Pattern ETAG = Pattern.compile("(?i)\r\netag: (\"[^\"]+\")\r\n");

    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        List<AdminRoute> routes = new ArrayList<>(PageRoutes.routes());
        routes.add(AdminRoute.get("/data", RouteAccess.TOKEN, request -> ContentResponse.text("text/plain", "data")));
        AdminRouter router = new AdminRouter(routes, authorization -> authorization.equals("Bearer token"));
        server =
                AdminServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), router, Transport.best());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String get(String path, String headers) throws IOException {
        return RawHttp.request(server.address(), "GET", path, headers);
    }

    private static byte[] file(String name) throws IOException {
        return Files.readAllBytes(RESOURCES.resolve(name));
    }

    private static String text(String name) throws IOException {
        return Files.readString(RESOURCES.resolve(name));
    }

    private static byte[] bodyBytes(String response) {
        return RawHttp.bodyOf(response).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String etag(String response) {
        Matcher matcher = ETAG.matcher(response);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static List<String> ownFiles() {
        return PageRoutes.FILES.stream()
                .filter(name -> !name.startsWith("vendor/"))
                .toList();
    }

    @Test
    void page_needsNoToken_butDataDoes() throws Exception {
        assertThat(get("/", ""))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("\r\ncontent-type: text/html; charset=utf-8\r\n")
                .contains("<title>Sluice</title>");
        assertThat(get("/data", "")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/data", "Authorization: Bearer token\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void everyFile_isSentAsItIs_underThePolicy() throws Exception {
        for (String name : PageRoutes.FILES) {
            String response = get(name.equals("index.html") ? "/" : "/dashboard/" + name, "");

            assertThat(response)
                    .as(name)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("\r\ncontent-security-policy: default-src 'none'; script-src 'self';"
                            + " style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none';"
                            + " form-action 'none'; frame-ancestors 'none'\r\n")
                    .containsIgnoringCase("\r\nx-content-type-options: nosniff\r\n")
                    .containsIgnoringCase("\r\nreferrer-policy: no-referrer\r\n")
                    .containsIgnoringCase("\r\ncache-control: no-cache\r\n");
            assertThat(bodyBytes(response)).as(name).isEqualTo(file(name));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "style.css, text/css; charset=utf-8",
        "app.js, text/javascript; charset=utf-8",
        "vendor/preact.mjs, text/javascript; charset=utf-8",
        "logo.svg, image/svg+xml",
        "vendor/vendor.json, application/json",
        "vendor/htm.LICENSE.txt, text/plain; charset=utf-8"
    })
    void file_hasItsType(String name, String type) throws Exception {
        assertThat(get("/dashboard/" + name, "")).containsIgnoringCase("\r\ncontent-type: " + type + "\r\n");
    }

    @Test
    void clientThatReadsGzip_getsIt() throws Exception {
        String response = get("/dashboard/app.js", "Accept-Encoding: br, gzip;q=0.8\r\n");

        assertThat(response)
                .containsIgnoringCase("\r\ncontent-encoding: gzip\r\n")
                .containsIgnoringCase("\r\nvary: accept-encoding\r\n");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(bodyBytes(response))).readAllBytes())
                .isEqualTo(file("app.js"));
        assertThat(get("/dashboard/app.js", "Accept-Encoding: gzip;q=0\r\n"))
                .doesNotContainIgnoringCase("content-encoding")
                .containsIgnoringCase("\r\nvary: accept-encoding\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Accept-Encoding: gzip\r\n"})
    void fileThatTheClientHas_isNotSentAgain(String encoding) throws Exception {
        String tag = etag(get("/dashboard/app.js", encoding));

        String again = get("/dashboard/app.js", encoding + "If-None-Match: \"other\", W/" + tag + "\r\n");

        assertThat(again).startsWith("HTTP/1.1 304 ").endsWith("\r\n\r\n").doesNotContainIgnoringCase("content-length");
        assertThat(etag(again)).isEqualTo(tag);
        assertThat(get("/dashboard/app.js", encoding + "If-None-Match: \"other\"\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void encodings_haveTagsOfTheirOwn() throws Exception {
        assertThat(etag(get("/dashboard/app.js", "Accept-Encoding: gzip\r\n")))
                .isNotEqualTo(etag(get("/dashboard/app.js", "")));
    }

    @Test
    void connection_isUsableAfterA304() throws Exception {
        String tag = etag(get("/dashboard/app.js", ""));
        String both = RawHttp.exchange(
                server.address(),
                "GET /dashboard/app.js HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + tag
                        + "\r\n\r\nGET /dashboard/logo.svg HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(both).containsSubsequence("304 Not Modified", "200 OK", "<svg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dashboard",
                "/dashboard/",
                "/dashboard/vendor",
                "/dashboard/../app.js",
                "/dashboard/vendor/../app.js",
                "/dashboard/%2e%2e/openapi-quota.json",
                "/dashboard//app.js",
                "/index.html",
                "/app.js",
                "/favicon.ico"
            })
    void nothingElse_isServed(String path) throws Exception {
        assertThat(get(path, "")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void nothing_canBeChanged() throws Exception {
        assertThat(RawHttp.request(server.address(), "PUT", "/", "")).startsWith("HTTP/1.1 405 ");
        assertThat(RawHttp.request(server.address(), "HEAD", "/", ""))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void files_areThoseOfTheResources() throws Exception {
        try (Stream<Path> walk = Files.walk(RESOURCES)) {
            List<String> there = walk.filter(Files::isRegularFile)
                    .map(path -> RESOURCES.relativize(path).toString())
                    .toList();

            assertThat(PageRoutes.FILES).containsExactlyInAnyOrderElementsOf(there);
        }
    }

    @Test
    void vendoredFile_isAsItWasPublished() throws Exception {
        Map<String, String> listed = new TreeMap<>();
        Matcher matcher = VENDORED.matcher(text("vendor/vendor.json"));
        while (matcher.find()) {
            listed.put("vendor/" + matcher.group(1), matcher.group(2));
        }
        Map<String, String> there = new TreeMap<>();
        for (String name : PageRoutes.FILES) {
            if (name.startsWith("vendor/") && !name.equals("vendor/vendor.json")) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(file(name));
                there.put(name, HexFormat.of().formatHex(hash));
            }
        }

        assertThat(there).isEqualTo(listed);
        assertThat(text("vendor/vendor.json")).contains("\"version\"", "\"licence\"", "\"path\"");
        for (String library : List.of("preact", "htm", "uPlot")) {
            assertThat(text("vendor/" + library + ".LICENSE.txt"))
                    .containsIgnoringCase("license")
                    .containsIgnoringCase("copyright");
        }
    }

    @Test
    void page_isSmall() {
        int sent = PageRoutes.FILES.stream()
                .filter(name -> !name.endsWith(".txt") && !name.endsWith(".json"))
                .mapToInt(name -> PageFile.read(name).sentBytes())
                .sum();

        assertThat(sent).isLessThan(SENT_BYTES_MAX);
    }

    @Test
    void ownFiles_askNobodyElse_andNeedNoExceptionFromThePolicy() throws Exception {
        for (String name : ownFiles()) {
            assertThat(text(name).replace("http://www.w3.org/2000/svg", ""))
                    .as(name)
                    .doesNotContain("http://", "https://", "innerHTML", "eval(", "new Function", "document.write");
        }
        assertThat(text("index.html")).doesNotContainPattern("<style|style=|\\son\\w+=|<script(?![^>]* src=)");
    }
}
