package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Heads as clients, probes and gateways send them; keys and signatures are made up. */
public final class RecordedHeads {
    /** A GET as the AWS SDK for Java signs it with SigV4, 647 bytes. */
    static final byte[] SIGNED_GET =
            bytes("GET /images/2026/06/28/3f2c9b1e-77aa-4b0e-9c41-5d1f7a0e2b11.jpg HTTP/1.1\r\n"
                    + "Host: s3.example.org:8080\r\n"
                    + "amz-sdk-invocation-id: 0b9d8b1a-56a3-4c8e-1f43-5d2f0a9f7c3e\r\n"
                    + "amz-sdk-request: attempt=1; max=4\r\n"
                    + "Authorization: AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE000000000/20260628/us-east-1/s3/aws4_request, "
                    + "SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;host;x-amz-content-sha256;x-amz-date, "
                    + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7\r\n"
                    + "User-Agent: aws-sdk-java/2.29.6 Linux/6.1.0 OpenJDK_64-Bit_Server_VM/17.0.15+6 io/sync\r\n"
                    + "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n"
                    + "x-amz-date: 20260628T101112Z\r\n"
                    + "Connection: Keep-Alive\r\n"
                    + "\r\n");

    public static final List<byte[]> REQUESTS = List.of(
            SIGNED_GET,
            bytes(
                    "PUT /b/k HTTP/1.1\r\nHost: b.s3.example.org\r\nUser-Agent: aws-cli/2.22\r\nContent-Encoding: aws-chunked"
                            + "\r\nExpect: 100-continue\r\nx-amz-trailer: x-amz-checksum-crc32\r\nx-amz-content-sha256: "
                            + "STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nX-Amz-Decoded-Content-Length: 11\r\nContent-Length: 53\r\n"
                            + "Authorization: AWS4-HMAC-SHA256 Credential=AK/20260628/r/s3/aws4_request, SignedHeaders=host, "
                            + "Signature=aa\r\n\r\nb\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n"),
            bytes(
                    "GET /b/%C3%A4/..//k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20260628%2Fr%2Fs3%2Faws4_request"
                            + "&X-Amz-Date=20260628T101112Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=bb"
                            + " HTTP/1.1\r\nHost: s3.example.org\r\nAccept: */*\r\n\r\n"),
            bytes(
                    "POST /b?delete HTTP/1.1\r\nHost: s3\r\nContent-MD5: AAAA\r\nContent-Length: 5\r\nDate: Sun, 28 Jun 2026 "
                            + "10:11:12 GMT\r\nAuthorization: AWS AK:c2ln\r\n\r\nhello"),
            bytes(
                    "PUT /swift/v1/c/o HTTP/1.1\r\nHost: s3\r\nX-Auth-Token: AUTH_rgwtk00\r\nTransfer-Encoding: chunked\r\n"
                            + "\r\n5\r\nhello\r\n0\r\n\r\n"),
            bytes(
                    "GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 0\r\nHost: localhost:8080\r\n"
                            + "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nUpgrade: h2c\r\nUser-Agent: "
                            + "Java-http-client/17\r\n\r\n"),
            bytes("HEAD / HTTP/1.0\r\n\r\n"),
            bytes("OPTIONS * HTTP/1.1\r\nHost: s3\r\nX-Forwarded-For: 10.0.0.1\r\nConnection: close\r\n\r\n"));

    static final List<byte[]> RESPONSES = List.of(
            bytes("HTTP/1.1 200 OK\r\nContent-Length: 4096\r\nAccept-Ranges: bytes\r\nLast-Modified: Sun, 28 Jun 2026 "
                    + "10:11:12 GMT\r\nETag: \"620f0b67a91f7f74151bc5be745b7110\"\r\nx-amz-request-id: tx00000ffe-default"
                    + "\r\nContent-Type: binary/octet-stream\r\nDate: Sun, 28 Jun 2026 10:11:12 GMT\r\nConnection: "
                    + "Keep-Alive\r\n\r\n"),
            bytes("HTTP/1.1 503 Slow Down\r\nContent-Length: 5\r\nContent-Type: application/xml\r\n\r\nhello"),
            bytes(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nx-amz-request-id: tx1\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
            bytes("HTTP/1.1 100 CONTINUE\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            bytes("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            bytes("HTTP/1.1 204 No Content\r\nx-amz-request-id: tx1\r\n\r\n"),
            bytes("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"));

    static final List<byte[]> CHUNKED = List.of(
            bytes("5\r\nhello\r\n0\r\n\r\n"),
            bytes("1a\r\nabcdefghijklmnopqrstuvwxyz\r\n3;a=b\r\nabc\r\n0\r\n\r\n"),
            bytes("00a;x=\"q\\\"\";y\r\n0123456789\r\n000\r\nx-amz-checksum-crc32: AA==\r\nb:\r\n\r\n"),
            bytes("1\r\n\r\r\n2\r\n\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"));

    private RecordedHeads() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
