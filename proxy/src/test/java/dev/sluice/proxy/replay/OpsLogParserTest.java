package dev.sluice.proxy.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.OperationClass;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpsLogParserTest {
    /** As radosgw 18.2.7 sends it on its log socket. */
    private static final String LINE = "{\"bucket\":\"acme/images\",\"time\":\"2026-11-28T09:44:17.444997Z\","
            + "\"time_local\":\"2026-11-28T09:44:17.444997+0000\",\"remote_addr\":\"127.0.0.1\",\"user\":\"acme$carol\","
            + "\"operation\":\"get_obj\",\"uri\":\"GET /acme:images/a?partNumber=1 HTTP/1.1\",\"http_status\":\"200\","
            + "\"error_code\":\"\",\"bytes_sent\":231,\"bytes_received\":0,\"object_size\":231,\"total_time\":56,"
            + "\"user_agent\":\"curl/7.88.1\",\"referrer\":\"\","
            + "\"trans_id\":\"tx00000c31c75b5f679813b-006b0aa271-1013-default\",\"authentication_type\":\"Local\","
            + "\"access_key_id\":\"CAROLKEY1\",\"temp_url\":false}";

    private final OpsLogParser parser = new OpsLogParser();

    @Test
    void line_isARequest() throws BadLogLineException {
        OpsLogEntry entry = parser.parse("[" + LINE + ",").orElseThrow();

        Instant came = Instant.parse("2026-11-28T09:44:17.444997Z");
        assertThat(entry)
                .isEqualTo(new OpsLogEntry(
                        came.getEpochSecond() * 1_000_000_000L + came.getNano(),
                        56_000_000,
                        "acme$carol",
                        "acme:images",
                        OperationClass.READ,
                        231,
                        0));
        assertThat(parser.parse(LINE)).contains(entry);
        assertThat(parser.parse("," + LINE)).contains(entry);
        assertThat(parser.parse(" \t")).isEmpty();
        assertThat(parser.parse("]")).isEmpty();
    }

    @Test
    void otherLines_areNoEntries() {
        assertThatThrownBy(() -> parser.parse("2026-11-28 beast: 127.0.0.1 GET /"))
                .hasMessage("not a JSON object");
        assertThatThrownBy(() -> parser.parse("{\"time\":\"2026-11-28T09:44:17Z\"}"))
                .hasMessage("there is no operation");
        assertThatThrownBy(() -> parser.parse(LINE.replace("2026-11-28T", "yesterday ")))
                .hasMessageContaining("no time such as");
        assertThatThrownBy(() -> parser.parse(LINE.substring(0, 100))).hasMessage("not a JSON object");
    }

    @Test
    void probesAdminAndBadSignatures_areCountedApart() throws BadLogLineException {
        String anonymous = LINE.replace("acme$carol", "anonymous");

        Optional<OpsLogEntry> probe = parser.parse(anonymous.replace("GET /acme:images/a?partNumber=1", "HEAD /"));
        Optional<OpsLogEntry> admin = parser.parse(LINE.replace("/acme:images/a", "/admin/usage"));
        Optional<OpsLogEntry> forged =
                parser.parse(anonymous.replace("\"error_code\":\"\"", "\"error_code\":\"SignatureDoesNotMatch\""));

        assertThat(probe).isEmpty();
        assertThat(admin).isEmpty();
        assertThat(forged).isEmpty();
        assertThat(parser.exempt()).isEqualTo(2);
        assertThat(parser.unauthenticated()).isEqualTo(1);
        assertThat(parser.parse(anonymous).orElseThrow().user()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "list_buckets, GET, LIST",
        "list_buckets, HEAD, READ",
        "list_bucket, GET, LIST",
        "list_bucket_multiparts, GET, LIST",
        "list_multipart, GET, READ",
        "get_bucket_location, GET, READ",
        "get_obj, HEAD, READ",
        "get_obj, POST, READ",
        "options_cors, OPTIONS, READ",
        "put_obj, PUT, WRITE",
        "copy_obj, PUT, WRITE",
        "post_obj, POST, WRITE",
        "complete_multipart, POST, WRITE",
        "multi_object_delete, POST, DELETE",
        "bulk_delete, POST, DELETE",
        "abort_multipart, DELETE, DELETE",
        "stat_bucket, '', READ",
        "delete_obj, '', DELETE",
        "init_multipart, '', WRITE"
    })
    void operation_hasTheClassThatLimitsCount(String operation, String method, OperationClass expected) {
        assertThat(LoggedOperation.classOf(operation, method)).isEqualTo(expected);
    }
}
