package dev.sluice.proxy.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class S3HeadParserTest {
    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH");
    private static final List<String> HOSTS = List.of(
            "127.0.0.1:8080",
            "s3.example.com",
            "images.s3.example.com",
            "a.b.s3.example.com:80",
            "site.org",
            "[::1]",
            "12345",
            "x_y",
            "admin",
            "SWIFT.S3.example.com",
            ".s3.example.com");
    private static final List<String> BUCKETS = List.of(
            "images",
            "acme:images",
            "%69mages",
            "acme%3Aimages",
            "admin",
            "swift",
            "auth",
            "adm%69n",
            "b\u00e4",
            ":b",
            "minio",
            "health");
    private static final List<String> KEYS = List.of(
            "",
            "/",
            "/k",
            "/k/l",
            "/%6b",
            "/%",
            "/%zz",
            "/k%zz",
            "/k%4",
            "/health/live",
            "//k",
            "/healthcheck",
            "/\u00e9",
            "/a+b");
    private static final List<String> QUERIES = List.of(
            "",
            "?",
            "?acl",
            "?list-type=2",
            "?delete",
            "?X-Amz-Credential=AKQUERY%2F20260101%2Fr%2Fs3%2Faws4_request",
            "?AWSAccessKeyId=AKQUERY2");
    private static final List<String> AUTHORIZATIONS = List.of(
            "",
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/r/s3/aws4_request, SignedHeaders=host, Signature=00",
            "AWS4-HMAC-SHA256 SignedHeaders=host,Credential=LATER/20260101/r/s3/aws4_request,Signature=00",
            "AWS AKID2:c2lnbmF0dXJl",
            "AWS bob:swift:c2lnbmF0dXJl",
            "Bearer token",
            "AWS4-HMAC-SHA256",
            "AWS ");

    private static String any(List<String> of, SplittableRandom random) {
        return of.get(random.nextInt(of.size()));
    }

    private static RequestHead head(String method, String target, String host, String authorization) {
        String credentials = authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n";
        byte[] bytes = (method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + credentials + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        return head;
    }

    private static S3Request s3(GatewayRequest request) {
        return (S3Request) request;
    }

    @Test
    void bytes_are_read_as_text_is() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (List<String> domains : List.of(List.<String>of(), List.of("s3.example.com"))) {
            S3RequestParser text = new S3RequestParser(new GatewayLayout(domains));
            S3HeadParser bytes = new S3HeadParser(new GatewayLayout(domains));
            for (int i = 0; i < 20_000; i++) {
                String method = any(METHODS, random);
                String path = random.nextInt(20) == 0 ? "/" : "/" + any(BUCKETS, random) + any(KEYS, random);
                String target = path + any(QUERIES, random);
                String host = any(HOSTS, random);
                String authorization = any(AUTHORIZATIONS, random);

                GatewayRequest read = bytes.parse(head(method, target, host, authorization));

                assertThat(read)
                        .as("%s %s, Host: %s, Authorization: %s, seed %d", method, target, host, authorization, seed)
                        .isEqualTo(text.parse(method, target, host, authorization, name -> ""));
            }
        }
    }

    @Test
    void hostile_bytes_are_read_without_an_exception_and_as_text_is() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        String octets = "%2Ff?&=+:;,./abAXz09-_~ $|\u0080\u00ff\u00e9";
        GatewayLayout layout = new GatewayLayout(List.of("s3.example.com"));
        S3HeadParser parser = new S3HeadParser(layout);
        S3RequestParser text = new S3RequestParser(layout);
        for (int i = 0; i < 20_000; i++) {
            String method = any(METHODS, random);
            String target = "/" + any(BUCKETS, random) + junk(octets, random).replace(" ", "");
            String host = any(HOSTS, random);
            String authorization = any(AUTHORIZATIONS, random) + junk(octets, random);
            authorization = authorization.strip();

            assertThat(parser.parse(head(method, target, host, authorization)))
                    .as("%s %s, Host: %s, Authorization: %s, seed %d", method, target, host, authorization, seed)
                    .isEqualTo(text.parse(method, target, host, authorization, name -> ""));
        }
    }

    private static String junk(String octets, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(24); i > 0; i--) {
            text.append(octets.charAt(random.nextInt(octets.length())));
        }
        return text.toString();
    }

    @Test
    void a_plain_request_is_read() {
        S3HeadParser parser = new S3HeadParser(new GatewayLayout(List.of()));

        GatewayRequest request = parser.parse(head("GET", "/images/a/cat.jpg", "localhost", AUTHORIZATIONS.get(1)));

        assertThat(request).isEqualTo(new S3Request(OperationClass.READ, "", "images", "AKID"));
    }

    @Test
    void names_beyond_what_is_remembered_are_read_alike() {
        S3HeadParser parser = new S3HeadParser(new GatewayLayout(List.of()));

        for (int i = 0; i < 5_000; i++) {
            String bucket = "b" + i + "x".repeat(i % 80);

            assertThat(s3(parser.parse(head("GET", "/" + bucket + "/k", "localhost", "")))
                            .bucket())
                    .isEqualTo(bucket);
        }
    }

    @Test
    void what_stands_in_another_part_of_the_header_is_no_credential() {
        S3HeadParser parser = new S3HeadParser(new GatewayLayout(List.of()));
        String authorization = "AWS4-HMAC-SHA256 Credential=MINE/20260101/r/s3/aws4_request,"
                + " SignedHeaders=host;Credential=OTHER/x, Signature=0Credential=OTHER/";

        assertThat(s3(parser.parse(head("GET", "/b/k", "localhost", authorization)))
                        .accessKey())
                .isEqualTo("MINE");
    }
}
