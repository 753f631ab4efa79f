package dev.sluice.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.identity.SecretKey;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.signature.SignatureResult;
import dev.sluice.proxy.s3.signature.SignatureVerifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestSignatureTest {
    private static SignatureResult check(String method, String path, Map<String, String> headers) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        SecretKey secret = SecretKey.of(S3RequestHeaders.SECRET);
        return new SignatureVerifier().check(head, secret, Instant.now().getEpochSecond());
    }

    @Test
    void signedRequest_isProven_andWithAnotherHostIsNot() {
        String path = "/" + S3RequestHeaders.BUCKET + "/1k";
        Map<String, String> headers =
                S3RequestHeaders.signed("PUT", path, S3RequestHeaders.ADMITTED_KEY, S3RequestHeaders.HOST);

        assertThat(check("PUT", path, headers)).isEqualTo(SignatureResult.PROVEN);
        headers.put("Host", "127.0.0.1:80");
        assertThat(check("PUT", path, headers)).isEqualTo(SignatureResult.MISMATCHED);
    }
}
