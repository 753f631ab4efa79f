package dev.sluice.proxy.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.OperationClass;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3RequestParserTest {
    private final S3RequestParser parser =
            new S3RequestParser(new HostDomains(List.of("s3.example.com", "example.com")));
    private final S3RequestParser pathOnly = new S3RequestParser(new HostDomains(List.of()));

    private static final String V4 = "AWS4-HMAC-SHA256 Credential=AKID/20260101/default/s3/aws4_request, "
            + "SignedHeaders=host;x-amz-date, Signature=0123";

    private S3Request get(String target) {
        return pathOnly.parse("GET", target, "127.0.0.1:8080", V4);
    }

    @ParameterizedTest
    @CsvSource({
        "/b/k, b",
        "/b, b",
        "/b/, b",
        "/, ''",
        "/b?list-type=2, b",
        "/%62/k, b",
        "/b%2Fk, b",
        "/b%2fk/x, b",
        "//b/k, ''",
        "/b//k, b",
        "/a+b/k, a+b",
        "/b%zz/k, b",
        "/b%4, b",
        "*, ''",
        "/acme:images/k, images",
        "/acme%3Aimages/k, images",
        "/:images/k, images",
    })
    void bucket_is_the_first_segment_of_the_decoded_path(String target, String bucket) {
        assertThat(get(target).bucket()).isEqualTo(bucket);
    }

    @ParameterizedTest
    @CsvSource({
        "/acme:images/k, '', acme:images",
        "/acme:images/k, other, acme:images",
        "/images/k, acme, acme:images",
        "/images/k, '', images",
        "/:images/k, acme, images",
        "/, acme, ''",
    })
    void bucket_belongs_to_the_written_tenant_or_to_the_requesters(String target, String tenant, String key) {
        assertThat(get(target).bucketKey(tenant)).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "images.s3.example.com, images",
        "IMAGES.S3.Example.com:8080, images",
        "a.b.c.s3.example.com, a.b.c",
        "images.example.com, images",
        "s3.example.com, b",
        "s3.example.com:80, b",
        "127.0.0.1:8080, b",
        "[::1]:8080, b",
        "'', b",
        "my-site.org, my-site.org",
        "xs3.example.com, xs3",
        "under_score.org, b",
    })
    void host_names_the_bucket_where_domains_are_configured(String host, String bucket) {
        S3Request request = parser.parse("GET", "/b/k", host, V4);

        assertThat(request.bucket()).isEqualTo(bucket);
    }

    @Test
    void host_names_no_bucket_where_no_domain_is_configured() {
        assertThat(pathOnly.parse("GET", "/b/k", "my-site.org", V4).bucket()).isEqualTo("b");
    }

    @Test
    void access_key_is_found_in_all_four_places() {
        String v4Query =
                "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260101%2Fr%2Fs3%2Faws4_request";

        assertThat(get("/b/k").accessKey()).isEqualTo("AKID");
        assertThat(pathOnly.parse("GET", "/b/k", "", "AWS AKID:c2ln").accessKey())
                .isEqualTo("AKID");
        assertThat(pathOnly.parse("GET", v4Query, "", "").accessKey()).isEqualTo("AKID");
        assertThat(pathOnly.parse("GET", v4Query.replace("X-Amz", "x-amz"), "", "")
                        .accessKey())
                .isEqualTo("AKID");
        assertThat(pathOnly.parse("GET", "/b/k?AWSAccessKeyId=AK%2BID&Expires=1&Signature=x", "", "")
                        .accessKey())
                .isEqualTo("AK+ID");
    }

    @Test
    void header_wins_over_query_as_in_rgw() {
        assertThat(pathOnly.parse("GET", "/b/k?AWSAccessKeyId=OTHER", "", V4).accessKey())
                .isEqualTo("AKID");
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "Bearer token",
        "AWS4-HMAC-SHA256 nothing",
        "AWS nocolon",
        "AWS",
    })
    void request_without_a_readable_claim_is_anonymous(String authorization) {
        assertThat(pathOnly.parse("GET", "/b/k", "", authorization).accessKey()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /b/k, READ",
        "GET, /b/k?uploadId=1, READ",
        "HEAD, /b, READ",
        "GET, /b, LIST",
        "GET, /b/, LIST",
        "GET, /, LIST",
        "GET, /b?versions, LIST",
        "GET, /b?uploads, LIST",
        "GET, /b?list-type=2&prefix=acl, LIST",
        "GET, /b?acl, READ",
        "GET, /b?publicAccessBlock, READ",
        "GET, /b/prefix=x, READ",
        "PUT, /b/k, WRITE",
        "PUT, /b, WRITE",
        "POST, /b/k?uploads, WRITE",
        "POST, /b?delete, DELETE",
        "POST, /b?delete=, DELETE",
        "POST, /b/k?delete, WRITE",
        "DELETE, /b/k, DELETE",
        "PATCH, /b/k, WRITE",
        "OPTIONS, /b/k, WRITE",
    })
    void operation_class_follows_the_s3_operation(String method, String target, OperationClass expected) {
        assertThat(pathOnly.parse(method, target, "", V4).operation()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /swift/healthcheck, PROBE",
        "HEAD, /, PROBE",
        "OPTIONS, *, PROBE",
        "GET, /, S3",
        "HEAD, /b, S3",
        "GET, /admin/user?uid=x, ADMIN",
        "GET, /administrator/k, S3",
        "GET, /%61dmin/user, ADMIN",
        "GET, /swift/v1/c/o, SWIFT",
        "GET, /auth/v1.0, SWIFT",
    })
    void api_follows_from_the_path(String method, String target, GatewayApi api) {
        assertThat(pathOnly.parse(method, target, "", "").api()).isEqualTo(api);
    }

    @Test
    void signed_head_of_the_root_is_no_probe() {
        assertThat(pathOnly.parse("HEAD", "/", "", V4).api()).isEqualTo(GatewayApi.S3);
    }

    @Test
    void path_of_a_virtual_hosted_request_leads_to_no_other_api() {
        S3Request request = parser.parse("GET", "/admin/user", "images.s3.example.com", V4);

        assertThat(request.api()).isEqualTo(GatewayApi.S3);
        assertThat(request.bucket()).isEqualTo("images");
        assertThat(request.operation()).isEqualTo(OperationClass.READ);
    }

    @Test
    void text_of_a_request_holds_no_access_key() {
        assertThat(get("/b/k").toString()).doesNotContain("AKID");
    }
}
