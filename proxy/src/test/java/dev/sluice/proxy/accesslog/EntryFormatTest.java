package dev.sluice.proxy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.sluice.proxy.admin.json.InvalidJsonException;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.course.RequestOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the lines of an access log have. */
class EntryFormatTest {
    private static final Pattern S3_LINE =
            Pattern.compile("- \\S+ \\[[^]]+] \\S+ \\S+ \\S+ \\S+ \\S+ \"[^\"]*\" \\S+ \\S+ \\S+"
                    + " \\S+ \\S+ \\S+ \"[^\"]*\" \"[^\"]*\" - - - - - \\S+ - - -\\n");

    @Test
    void json_hasTheNamesOfRgwsOpsLogInItsOrder() throws Exception {
        String line = LoggedEntries.json(
                LoggedEntries.get("GET /photos/cat.jpg?versionId=7 HTTP/1.1", "photos", "aws-cli/2", "http://a/b?c"));

        Map<String, Object> entry = JsonCodec.readObject(line);
        assertThat(entry.keySet())
                .containsExactly(
                        "bucket",
                        "time",
                        "time_local",
                        "remote_addr",
                        "object_owner",
                        "user",
                        "operation",
                        "uri",
                        "http_status",
                        "error_code",
                        "bytes_sent",
                        "bytes_received",
                        "object_size",
                        "total_time",
                        "user_agent",
                        "referrer",
                        "trans_id",
                        "authentication_type",
                        "verdict",
                        "limit",
                        "added_us",
                        "upstream_us",
                        "node");
        assertThat(entry)
                .containsEntry("bucket", "photos")
                .containsEntry("time", "2026-11-28T16:00:00.123456Z")
                .containsEntry("time_local", "2026-11-28T18:00:00.123456+0200")
                .containsEntry("remote_addr", "192.0.2.7")
                .containsEntry("user", "alice")
                .containsEntry("operation", "get_obj")
                .containsEntry("uri", "GET /photos/cat.jpg?versionId=7 HTTP/1.1")
                .containsEntry("http_status", "200")
                .containsEntry("referrer", "http://a/b?...")
                .containsEntry("trans_id", "tx000-1")
                .containsEntry("verdict", "admitted");
        assertThat(number(entry, "bytes_sent")).isEqualTo(4096);
        assertThat(number(entry, "object_size")).isEqualTo(4096);
        assertThat(number(entry, "total_time")).isEqualTo(12);
        assertThat(number(entry, "added_us")).isEqualTo(345);
        assertThat(number(entry, "upstream_us")).isEqualTo(11_000);
    }

    private static long number(Map<String, Object> entry, String key) {
        return ((Number) entry.get(key)).longValue();
    }

    @Test
    void rejection_namesItsLimit() throws Exception {
        Map<String, Object> entry =
                JsonCodec.readObject(LoggedEntries.json(LoggedEntries.rejected("PUT /b/k HTTP/1.1", "alice")));

        assertThat(entry)
                .containsEntry("verdict", "rejected")
                .containsEntry("limit", "user alice read-ops = 40/s")
                .containsEntry("http_status", "503")
                .containsEntry("error_code", "SlowDown");
    }

    @Test
    void unknownAccessKey_isShownAsInAllViews() throws Exception {
        AccessEntry entry = LoggedEntries.rejected("GET /b/k HTTP/1.1", "key:0123456789abcdef0123456789abcdef");

        assertThat(JsonCodec.readObject(LoggedEntries.json(entry)))
                .containsEntry("user", "key:01234567")
                .containsEntry("limit", "user key:01234567 read-ops = 40/s");
        assertThat(LoggedEntries.s3(entry)).contains(" key:01234567 ");
    }

    @Test
    void requestThatLeftWhileItWaited_wasNotAdmitted() throws Exception {
        assertThat(JsonCodec.readObject(LoggedEntries.json(LoggedEntries.held(RequestOutcome.SERVED))))
                .containsEntry("verdict", "held");
        assertThat(JsonCodec.readObject(LoggedEntries.json(LoggedEntries.held(RequestOutcome.GATEWAY_UNREACHABLE))))
                .containsEntry("verdict", "held");
        assertThat(JsonCodec.readObject(LoggedEntries.json(LoggedEntries.held(RequestOutcome.CLIENT_GONE))))
                .containsEntry("verdict", "none");
    }

    @Test
    void s3Format_hasTheFieldsOfServerAccessLogs() {
        assertThat(LoggedEntries.s3(
                        LoggedEntries.get("GET /photos/cat.jpg HTTP/1.1", "photos", "a \"quoted\" agent", "")))
                .isEqualTo("- photos [28/Nov/2026:16:00:00 +0000] 192.0.2.7 alice tx000-1 REST.GET.OBJECT cat.jpg"
                        + " \"GET /photos/cat.jpg HTTP/1.1\" 200 - 4096 4096 12 11 \"-\" \"a %22quoted%22 agent\""
                        + " - - - - - s3.example.com - - -\n");
    }

    @Test
    void hostileTexts_neverBreakALine() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            String bucket = hostile(random);
            AccessEntry entry = LoggedEntries.get(hostile(random), bucket, hostile(random), hostile(random));

            String json = LoggedEntries.json(entry);
            String s3 = LoggedEntries.s3(entry);

            assertOneLine(json, seed);
            assertThat(parsed(json).getString("bucket")).as("seed %d", seed).isEqualTo(bucket.replace(':', '/'));
            assertThat(JsonCodec.readObject(json)).as("seed %d", seed).hasSize(23);
            assertOneLine(s3, seed);
            assertThat(s3).as("seed %d", seed).matches(S3_LINE);
        }
    }

    /** Strict JSON by another parser than that of the admin port. */
    private static Config parsed(String json) {
        return ConfigFactory.parseString(json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    }

    private static void assertOneLine(String line, long seed) {
        assertThat(line.substring(0, line.length() - 1))
                .as("seed %d", seed)
                .doesNotContainPattern("[\\x00-\\x1f\\x7f]");
        assertThat(line).as("seed %d", seed).endsWith("\n");
    }

    private static String hostile(Random random) {
        List<String> pieces = List.of(
                "\"",
                "\\",
                "\n",
                "\r",
                "\t",
                "\0",
                "}",
                "{",
                ",",
                " ",
                "?",
                "&",
                "=",
                "%",
                "%0a",
                "%00",
                "/",
                ":",
                "\u007f",
                "\u0080",
                "\u00ff",
                "\u00c3\u00a4",
                "\u00ed\u00a0\u0080",
                "\\u0022",
                "</script>",
                "${x}",
                "GET ",
                "a");
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            text.append(
                    random.nextInt(4) == 0
                            ? String.valueOf((char) random.nextInt(256))
                            : pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    @Test
    void names_ofUsersAreUtf8() throws InvalidJsonException {
        String line = LoggedEntries.json(LoggedEntries.rejected("GET / HTTP/1.1", "j\u00f6rg\ud83d\ude00"));

        assertThat(JsonCodec.readObject(line)).containsEntry("user", "j\u00f6rg\ud83d\ude00");
        assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(line.length());
    }

    @ParameterizedTest
    @CsvSource({
        "GET /b/k HTTP/1.1,GET /b/k HTTP/1.1",
        "GET /b?list-type=2&prefix=a%2F&max-keys=5 HTTP/1.1,GET /b?list-type=2&prefix=a%2F&max-keys=5 HTTP/1.1",
        "GET /b/k?X-Amz-Credential=HIDDEN%2F20260101&X-Amz-Signature=HIDDEN HTTP/1.1,GET /b/k?... HTTP/1.1",
        "GET /b/k?versionId=1&x-amz-security-token=HIDDEN HTTP/1.1,GET /b/k?versionId=1&... HTTP/1.1",
        "GET /b/k?AWSAccessKeyId=HIDDEN&Signature=HIDDEN&Expires=1 HTTP/1.1,GET /b/k?... HTTP/1.1",
        "GET /b/k?%58-Amz-Signature=HIDDEN HTTP/1.1,GET /b/k?... HTTP/1.1",
        "GET /b/k?AWSAccessKeyId%3DHIDDEN HTTP/1.1,GET /b/k?... HTTP/1.1",
        "GET /b?prefix=a?AWSAccessKeyId%3DHIDDEN HTTP/1.1,GET /b?... HTTP/1.1",
        "GET /b?prefix=X-Amz-Signature%3DHIDDEN HTTP/1.1,GET /b?... HTTP/1.1",
        "GET /b/k%3FX-Amz-Expires%3D1%26X-Amz-Signature%3DHIDDEN HTTP/1.1,GET /b/k... HTTP/1.1",
        "GET /b/k%253FX-Amz-Signature%253DHIDDEN HTTP/1.1,GET /b/k... HTTP/1.1",
        "GET /b/X-Amz-Signature=HIDDEN HTTP/1.1,GET /... HTTP/1.1",
        "GET /v1/AUTH_a/c/o?temp_url_sig=HIDDEN&temp_url_expires=1 HTTP/1.1,GET /v1/AUTH_a/c/o?... HTTP/1.1",
        "PUT /admin/user?key&uid=bob&access-key=HIDDEN&secret-key=HIDDEN HTTP/1.1,PUT /admin/user?... HTTP/1.1"
    })
    void credentials_areLeftOut(String line, String logged) {
        assertThat(LoggedUri.ofLine(line)).isEqualTo(logged).doesNotContain("HIDDEN");
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/page,https://a.example/page",
        "https://a.example/page?X-Amz-Signature=HIDDEN,https://a.example/page?...",
        "https://a.example/page#token=HIDDEN,https://a.example/page#...",
        "https://HIDDEN:HIDDEN@a.example/page,https://a.example/page",
        "https://HIDDEN:HIDDEN@a.example,https://a.example",
        "https://a.example/x@y,https://a.example/x@y",
        "X-Amz-Signature=HIDDEN,..."
    })
    void referrer_hasNoCredentials(String referrer, String logged) {
        assertThat(LoggedUri.ofReferrer(referrer)).isEqualTo(logged);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /b/k HTTP/1.1,get_obj",
        "HEAD /b/k HTTP/1.1,get_obj",
        "PUT /b/k HTTP/1.1,put_obj",
        "DELETE /b/k HTTP/1.1,delete_obj",
        "GET /b HTTP/1.1,list_bucket",
        "GET /b/?list-type=2 HTTP/1.1,list_bucket",
        "HEAD /b HTTP/1.1,stat_bucket",
        "PUT /b HTTP/1.1,create_bucket",
        "DELETE /b/ HTTP/1.1,delete_bucket",
        "POST /b?delete HTTP/1.1,multi_object_delete",
        "POST /b/k?uploads HTTP/1.1,init_multipart",
        "PUT /b/k?partNumber=1&uploadId=x HTTP/1.1,put_obj",
        "POST /b/k?uploadId=x HTTP/1.1,complete_multipart",
        "DELETE /b/k?uploadId=x HTTP/1.1,abort_multipart",
        "GET /b/k?uploadId=x HTTP/1.1,list_multipart",
        "GET /b?uploads HTTP/1.1,list_bucket_multiparts",
        "GET /b/k?tagging HTTP/1.1,get_obj_tags",
        "PUT /b?versioning HTTP/1.1,set_bucket_versioning",
        "DELETE /b?cors HTTP/1.1,delete_cors",
        "GET /acme:b/k HTTP/1.1,get_obj",
        "GET /k HTTP/1.1,get_obj",
        "GET /%62/k HTTP/1.1,get_obj"
    })
    void operation_isNamedAsByRgw(String line, String operation) {
        String bucket = line.contains("acme:") ? "acme:b" : "b";

        assertThat(RgwOperationName.of(LoggedTarget.of(line, bucket), false)).isEqualTo(operation);
    }
}
