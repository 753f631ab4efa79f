package dev.sluice.proxy.testing;

import dev.sluice.policy.identity.SecretKey;
import java.time.Instant;
import java.util.List;

/** The examples of Amazon's documentation of S3 (sig-v4-header-based-auth and others), all signed rightly. */
public final class SignedExamples {
    /** When all of them are good. */
    public static final long NOW_SECONDS = Instant.parse("2013-05-24T00:05:00Z").getEpochSecond();
    /** The secret of {@link #ACCESS_KEY}. */
    public static final SecretKey SECRET = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    public static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String SCOPE = ACCESS_KEY + "/20130524/us-east-1/s3/aws4_request";
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /** In the header. */
    public static final String GET = "GET /test.txt HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n"
            + "Authorization: AWS4-HMAC-SHA256 Credential=" + SCOPE
            + ", SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\r\n"
            + "Range: bytes=0-9\r\nx-amz-content-sha256:" + EMPTY + "\r\nx-amz-date: 20130524T000000Z\r\n\r\n";

    private static final String PUT = "PUT /test$file.text HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n"
            + "Date: Fri, 24 May 2013 00:00:00 GMT\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + SCOPE
            + ",SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
            + "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd\r\n"
            + "x-amz-date: 20130524T000000Z\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n"
            + "x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\r\n\r\n";
    private static final String LIFECYCLE =
            list("lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    /** With a query. */
    public static final String LIST =
            list("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    /** In the query. */
    public static final String PRESIGNED = "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            + SCOPE.replace("/", "%2F")
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
            + " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\r\n";
    /** The seed of a body in chunks. */
    public static final String CHUNKED = "PUT /examplebucket/chunkObject.txt HTTP/1.1\r\nHost: s3.amazonaws.com\r\n"
            + "x-amz-date: 20130524T000000Z\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n"
            + "Authorization: AWS4-HMAC-SHA256 Credential=" + SCOPE
            + ",SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
            + "x-amz-decoded-content-length;x-amz-storage-class,"
            + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9\r\n"
            + "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nContent-Encoding: aws-chunked\r\n"
            + "x-amz-decoded-content-length: 66560\r\nContent-Length: 66824\r\n\r\n";
    /** All of them. */
    public static final List<String> ALL = List.of(GET, PUT, LIFECYCLE, LIST, PRESIGNED, CHUNKED);

    private SignedExamples() {}

    private static String list(String query, String signature) {
        return "GET /?" + query + " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n"
                + "Authorization: AWS4-HMAC-SHA256 Credential=" + SCOPE
                + ",SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=" + signature + "\r\n"
                + "x-amz-date: 20130524T000000Z\r\nx-amz-content-sha256: " + EMPTY + "\r\n\r\n";
    }
}
