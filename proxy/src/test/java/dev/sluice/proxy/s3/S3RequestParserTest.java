package dev.sluice.proxy.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.OperationClass;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3RequestParserTest {
    private final S3RequestParser parser =
            new S3RequestParser(new GatewayLayout(List.of("s3.example.com", "example.com")));
    private final S3RequestParser pathOnly = new S3RequestParser(new GatewayLayout(List.of()));

    private static final String V4 = "AWS4-HMAC-SHA256 Credential=AKID/20260101/default/s3/aws4_request, "
            + "SignedHeaders=host;x-amz-date, Signature=0123";

    private S3Request get(String target) {
        return s3(pathOnly, "GET", target, "127.0.0.1:8080", V4);
    }

    private static GatewayRequest parse(
            S3RequestParser parser, String method, String target, String host, String authorization) {
        return parser.parse(method, target, host, authorization, name -> "");
    }

    private static S3Request s3(
            S3RequestParser parser, String method, String target, String host, String authorization) {
        GatewayRequest request = parse(parser, method, target, host, authorization);
        return request instanceof FormRequest form ? form.unread() : (S3Request) request;
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
        "/b%zz/k, ''",
        "/b/k%zz, ''",
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
        "IMAGES.S3.Example.com:8080, IMAGES",
        "a.b.c.s3.example.com, a.b.c",
        "images.example.com, images",
        "s3.example.com, b",
        "s3.example.com:80, b",
        "127.0.0.1:8080, b",
        "[::1]:8080, b",
        "'', b",
        "my-site.org, my-site.org",
        "xs3.example.com, xs3",
        "under_score.org, under_score.org",
        "12345, 12345",
        "10.1.2, 10.1.2",
        "10.1.2.3:80, b",
        "ab, b",
        ".s3.example.com, .s3.example.com",
    })
    void host_names_the_bucket_where_domains_are_configured(String host, String bucket) {
        S3Request request = s3(parser, "GET", "/b/k", host, V4);

        assertThat(request.bucket()).isEqualTo(bucket);
    }

    @Test
    void host_names_no_bucket_where_no_domain_is_configured() {
        assertThat(s3(pathOnly, "GET", "/b/k", "my-site.org", V4).bucket()).isEqualTo("b");
    }

    @Test
    void access_key_is_found_in_all_four_places() {
        String v4Query =
                "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260101%2Fr%2Fs3%2Faws4_request";

        assertThat(get("/b/k").accessKey()).isEqualTo("AKID");
        assertThat(s3(pathOnly, "GET", "/b/k", "", "AWS AKID:c2ln").accessKey()).isEqualTo("AKID");
        assertThat(s3(pathOnly, "GET", v4Query, "", "").accessKey()).isEqualTo("AKID");
        assertThat(s3(pathOnly, "GET", v4Query.replace("X-Amz-A", "x-amz-a").replace("X-Amz-C", "x-amz-c"), "", "")
                        .accessKey())
                .isEqualTo("AKID");
        assertThat(s3(pathOnly, "GET", "/b/k?AWSAccessKeyId%3DAKID", "", "").accessKey())
                .isEqualTo("AKID");
        assertThat(s3(pathOnly, "GET", "/b/k?AWSAccessKeyId=AK%2BID&Expires=1&Signature=x", "", "")
                        .accessKey())
                .isEqualTo("AK+ID");
    }

    @ParameterizedTest
    @CsvSource({
        "X-Amz-Credential=A%2Fx, ''",
        "X-Amz-Algorithm=AWS4&X-Amz-Credential=A%2Fx, ''",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2Fx&X-Amz-Credential=B%2Fx, B",
        "X-Amz-aLGORITHM=AWS4-HMAC-SHA256&X-Amz-CREDENTIAL=A%2Fx, A",
        "x-amz-Algorithm=AWS4-HMAC-SHA256&x-amz-Credential=A%2Fx, ''",
        "X-AMZ-ALGORITHM=AWS4-HMAC-SHA256&X-AMZ-CREDENTIAL=A%2Fx, ''",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2Fx&AWSAccessKeyId=B, A",
        "X-Amz-Credential=A%2Fx&AWSAccessKeyId=B, B",
        "AWSAccessKeyId=A&AWSAccessKeyId=B, B",
        "AWSAccessKeyId=A&AWSAccessKeyId=, ''",
        "awsaccesskeyid=A, ''",
        "?AWSAccessKeyId=A, A",
        "&&AWSAccessKeyId=A&, A",
        "AWSAccessKeyId=%zz, ''",
        "AWSAccessKeyId=A+B, A B",
    })
    void credential_of_a_query_is_the_one_that_rgw_checks(String query, String accessKey) {
        assertThat(s3(pathOnly, "GET", "/b/k?" + query, "", "").accessKey()).isEqualTo(accessKey);
    }

    @Test
    void header_wins_over_query_as_in_rgw() {
        assertThat(s3(pathOnly, "GET", "/b/k?AWSAccessKeyId=OTHER", "", V4).accessKey())
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
        assertThat(s3(pathOnly, "GET", "/b/k", "", authorization).accessKey()).isEmpty();
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
        "OPTIONS, /b/k, READ",
        "GET, /b?LOCATION, LIST",
        "GET, /b?accelerate, LIST",
        "GET, /b?encryption, LIST",
        "GET, /b?uploads&acl, READ",
        "GET, /b?uploads&policy, LIST",
        "GET, /?usage, READ",
        "POST, /b?DELETE, WRITE",
        "POST, /b??delete, DELETE",
        "POST, /b?delete%3D, DELETE",
        "POST, /b/k?select&select-type=2, READ",
        "HEAD, /b?uploads, LIST",
    })
    void operation_class_follows_the_s3_operation(String method, String target, OperationClass expected) {
        assertThat(s3(pathOnly, method, target, "", V4).operation()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /swift/healthcheck, ExemptRequest",
        "HEAD, /swift/healthcheck, ExemptRequest",
        "PUT, /swift/healthcheck, SwiftRequest",
        "POST, /swift/healthcheck, SwiftRequest",
        "DELETE, /swift/healthcheck, SwiftRequest",
        "HEAD, /, ExemptRequest",
        "OPTIONS, *, ExemptRequest",
        "GET, /, ExemptRequest",
        "GET, /minio/health/live, ExemptRequest",
        "HEAD, /minio/health/live, ExemptRequest",
        "GET, /minio/health/live?x, S3Request",
        "HEAD, /b, S3Request",
        "GET, /admin/user?uid=x, ExemptRequest",
        "GET, /administrator/k, S3Request",
        "GET, /%61dmin/user, ExemptRequest",
        "GET, /swift/v1/c/o, SwiftRequest",
        "GET, /auth/v1.0, SwiftRequest",
    })
    void api_follows_from_the_path(String method, String target, String kind) {
        assertThat(parse(pathOnly, method, target, "", "").getClass().getSimpleName())
                .isEqualTo(kind);
    }

    @Test
    void signed_head_of_the_root_is_no_probe() {
        assertThat(parse(pathOnly, "HEAD", "/", "", V4)).isInstanceOf(S3Request.class);
    }

    @Test
    void health_check_of_swift_with_a_credential_is_no_probe() {
        assertThat(parse(pathOnly, "GET", "/swift/healthcheck", "", V4)).isInstanceOf(S3InSwiftPath.class);
        assertThat(parse(pathOnly, "GET", "/swift/healthcheck?AWSAccessKeyId=A", "", ""))
                .isInstanceOf(S3InSwiftPath.class);
        assertThat(parse(pathOnly, "GET", "/swift/healthcheck", "", "Bearer x")).isInstanceOf(SwiftRequest.class);
        assertThat(pathOnly.parse(
                        "GET", "/swift/healthcheck", "", "", name -> name.equals("x-auth-token") ? "token" : ""))
                .isInstanceOf(SwiftRequest.class);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /swift/v1/c/o?select-type=2, WRITE",
        "POST, /swift/v1?bulk-delete, DELETE",
        "PUT, /swift/v1/c/o, WRITE",
        "GET, /swift/v1/c, LIST",
        "GET, /swift/v1/c/o, READ",
    })
    void s3_credential_in_a_swift_path_is_charged_the_class_that_more_limits_know(
            String method, String target, OperationClass expected) {
        S3InSwiftPath request = (S3InSwiftPath) parse(pathOnly, method, target, "", V4);

        assertThat(request.operation()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, kube-probe/1.30, ExemptRequest",
        "GET, ELB-HealthChecker/2.0, ExemptRequest",
        "GET, GoogleHC/1.0, ExemptRequest",
        "GET, curl/8.5.0, ExemptRequest",
        "GET, Mozilla/5.0, S3Request",
        "GET, '', S3Request",
        "PUT, kube-probe/1.30, S3Request",
    })
    void listing_for_nobody_is_a_probe_by_its_user_agent(String method, String userAgent, String kind) {
        GatewayRequest request =
                pathOnly.parse(method, "/", "10.0.0.1:8080", "", name -> name.equals("user-agent") ? userAgent : "");

        assertThat(request.getClass().getSimpleName()).isEqualTo(kind);
    }

    @Test
    void path_of_a_virtual_hosted_request_leads_to_no_other_api() {
        S3Request request = s3(parser, "GET", "/admin/user", "images.s3.example.com", V4);

        assertThat(request.bucket()).isEqualTo("images");
        assertThat(request.operation()).isEqualTo(OperationClass.READ);
    }

    @Test
    void text_of_a_request_holds_no_access_key() {
        assertThat(get("/b/k").toString()).doesNotContain("AKID");
    }
}
