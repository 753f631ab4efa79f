package dev.sluice.proxy.s3.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.identity.SecretKey;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signatures are those of the examples in Amazon's documentation of S3 (sig-v4-header-based-auth and others). */
class SignatureVerifierTest {
    private static final long NOW = Instant.parse("2013-05-24T00:05:00Z").getEpochSecond();
    private static final SecretKey SECRET = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static final String SCOPE = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final String GET = "GET /test.txt HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n"
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
    private static final String LIST =
            list("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    private static final String PRESIGNED = "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            + SCOPE.replace("/", "%2F")
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
            + " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\r\n";
    private static final String CHUNKED = "PUT /examplebucket/chunkObject.txt HTTP/1.1\r\nHost: s3.amazonaws.com\r\n"
            + "x-amz-date: 20130524T000000Z\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n"
            + "Authorization: AWS4-HMAC-SHA256 Credential=" + SCOPE
            + ",SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
            + "x-amz-decoded-content-length;x-amz-storage-class,"
            + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9\r\n"
            + "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nContent-Encoding: aws-chunked\r\n"
            + "x-amz-decoded-content-length: 66560\r\nContent-Length: 66824\r\n\r\n";
    private static final List<String> EXAMPLES = List.of(GET, PUT, LIFECYCLE, LIST, PRESIGNED, CHUNKED);

    private final SignatureVerifier verifier = new SignatureVerifier();

    private static String list(String query, String signature) {
        return "GET /?" + query + " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n"
                + "Authorization: AWS4-HMAC-SHA256 Credential=" + SCOPE
                + ",SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=" + signature + "\r\n"
                + "x-amz-date: 20130524T000000Z\r\nx-amz-content-sha256: " + EMPTY + "\r\n\r\n";
    }

    private SignatureResult check(String text) {
        return check(text, SECRET, NOW);
    }

    private SignatureResult check(String text, SecretKey secret, long wallSeconds) {
        RequestHead head = head(text);
        assertThat(head).as(text).isNotNull();
        return verifier.check(head, secret, wallSeconds);
    }

    /** Null: it can't be parsed. */
    private static RequestHead head(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        return head.parse(bytes, bytes.length, bytes.length) == HeadParseResult.COMPLETE ? head : null;
    }

    @Test
    void examplesOfAmazon_areProven() {
        assertThat(EXAMPLES).allSatisfy(text -> assertThat(check(text)).isEqualTo(SignatureResult.PROVEN));
    }

    @Test
    void otherSecret_isMismatched() {
        SecretKey other = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ");

        assertThat(EXAMPLES)
                .allSatisfy(text -> assertThat(check(text, other, NOW)).isEqualTo(SignatureResult.MISMATCHED));
        assertThat(EXAMPLES).allSatisfy(text -> assertThat(check(text)).isEqualTo(SignatureResult.PROVEN));
    }

    /** Every byte of a head, but for those that are not signed: the version, names in other case, lines that aren't. */
    @Test
    void anyByteThatIsSignedAndChanged_isNotProven() {
        List<String> proven = new ArrayList<>();
        int changed = 0;
        for (String text : EXAMPLES) {
            for (int i = 0; i < text.length(); i++) {
                for (int bit = 0; bit < 7; bit++) {
                    String other = text.substring(0, i) + (char) (text.charAt(i) ^ 1 << bit) + text.substring(i + 1);
                    RequestHead head = head(other);
                    if (head != null && !isSameToRgw(text, i, bit)) {
                        changed++;
                        if (verifier.check(head, SECRET, NOW) == SignatureResult.PROVEN) {
                            proven.add(other);
                        }
                    }
                }
            }
        }

        assertThat(changed).isGreaterThan(10_000);
        assertThat(proven).isEmpty();
    }

    /** Whether a flipped bit changes nothing that is signed. */
    private static boolean isSameToRgw(String text, int at, int bit) {
        int line = text.lastIndexOf("\r\n", at) + 2;
        boolean isInStartLine = text.lastIndexOf("\r\n", at) < 0;
        if (isInStartLine) {
            // The version, and the spelling of names and escapes.
            return at >= text.indexOf(" HTTP/") || (bit == 5 && isInQueryNameOrEscape(text, at));
        }
        int colon = text.indexOf(':', line);
        if (text.startsWith("Authorization", line)) {
            return at < colon ? bit == 5 : isSameInAuthorization(text, line, at, bit);
        }
        // A name in other case, or a tab for a space at the beginning of a value.
        return at < colon ? bit == 5 : text.charAt(at) == ' ' && at == colon + 1;
    }

    private static boolean isInQueryNameOrEscape(String text, int at) {
        int before = Math.max(text.lastIndexOf('&', at), text.lastIndexOf('?', at));
        boolean isName = before >= 0 && text.indexOf('=', before) > at;
        boolean isEscape = text.lastIndexOf('%', at) >= at - 2;
        return isName || isEscape;
    }

    /** The byte behind the algorithm is any, and so are blanks; the access key and its header are not in the signature. */
    private static boolean isSameInAuthorization(String text, int line, int at, int bit) {
        int credential = text.indexOf("Credential=", line) + "Credential=".length();
        boolean isAccessKey = at >= credential && at < text.indexOf('/', credential);
        return isAccessKey || text.charAt(at) == ' ';
    }

    @Test
    void clock_decidesWhetherASignatureIsStale() {
        long signed = Instant.parse("2013-05-24T00:00:00Z").getEpochSecond();

        assertThat(check(GET, SECRET, signed + 900)).isEqualTo(SignatureResult.PROVEN);
        assertThat(check(GET, SECRET, signed - 900)).isEqualTo(SignatureResult.PROVEN);
        assertThat(check(GET, SECRET, signed + 901)).isEqualTo(SignatureResult.STALE);
        assertThat(check(GET, SECRET, signed - 901)).isEqualTo(SignatureResult.STALE);
        assertThat(check(PRESIGNED, SECRET, signed + 86_399)).isEqualTo(SignatureResult.PROVEN);
        assertThat(check(PRESIGNED, SECRET, signed + 86_400)).isEqualTo(SignatureResult.STALE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /b/k HTTP/1.1\r\nHost: s3\r\nAuthorization: AWS AKIAIOSFODNN7EXAMPLE:abc=\r\n\r\n",
                "GET /b/k?AWSAccessKeyId=A&Expires=1&Signature=b HTTP/1.1\r\nHost: s3\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: s3\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a\r\n\r\n",
                "OPTIONS /b HTTP/1.1\r\nHost: s3\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a\r\n\r\n",
                "GET /b HTTP/1.1\r\nHost: s3\r\n\r\n"
            })
    void otherKinds_areUnchecked(String text) {
        assertThat(check(text)).isEqualTo(SignatureResult.UNCHECKED);
    }

    @Test
    void temporaryKey_isUnchecked() {
        assertThat(check(GET.replace("Range: ", "x-amz-security-token: t\r\nRange: ")))
                .isEqualTo(SignatureResult.UNCHECKED);
        assertThat(check(PRESIGNED.replace("&X-Amz-Sig", "&X-Amz-Security-Token=t&X-Amz-Sig")))
                .isEqualTo(SignatureResult.UNCHECKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Credential=a/b/c/d/aws4_request",
                "Credential=a/b/c/d/aws4_request,SignedHeaders=host",
                "Credential=a/b/c/aws4_request,SignedHeaders=host,Signature=x",
                "Credential=a,SignedHeaders=host,Signature=x",
                "Credential=,SignedHeaders=,Signature=",
                "a,b",
                ",,,",
                "Credential=////aws4_request,SignedHeaders=host,Signature=x"
            })
    void malformedHeader_isMismatched(String fields) {
        assertThat(check("GET /b HTTP/1.1\r\nHost: s3\r\nx-amz-date: 20130524T000000Z\r\n"
                        + "Authorization: AWS4-HMAC-SHA256 " + fields + "\r\n\r\n"))
                .isEqualTo(SignatureResult.MISMATCHED);
    }

    @Test
    void moreParametersOrNamesThanAreChecked_areUnchecked() {
        String many = "&a=b".repeat(CanonicalQuery.PARAMETERS_MAX);
        String names = "a;".repeat(CanonicalHeaders.NAMES_MAX + 1);
        StringBuilder others = new StringBuilder();
        for (int i = 0; i <= CanonicalHeaders.NAMES_MAX; i++) {
            others.append(';').append('a').append(i);
        }

        assertThat(check(LIST.replace("prefix=J", "prefix=J" + many))).isEqualTo(SignatureResult.UNCHECKED);
        assertThat(check(GET.replace("SignedHeaders=", "SignedHeaders=" + names)))
                .isEqualTo(SignatureResult.MISMATCHED);
        assertThat(check(GET.replace("x-amz-date,", "x-amz-date" + others + ",")))
                .isEqualTo(SignatureResult.UNCHECKED);
    }

    @Test
    void keysOfAWipedSecret_proveNothing_andAreForgottenByTheNextSweep() {
        SecretKey old = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assertThat(check(GET, old, NOW)).isEqualTo(SignatureResult.PROVEN);
        assertThat(check(GET)).isEqualTo(SignatureResult.PROVEN);
        verifier.sweep();
        assertThat(verifier.derivedKeys()).isEqualTo(2);

        old.wipe();

        assertThat(check(GET, old, NOW)).isEqualTo(SignatureResult.MISMATCHED);
        verifier.sweep();
        assertThat(verifier.derivedKeys()).isEqualTo(1);
        assertThat(check(GET)).isEqualTo(SignatureResult.PROVEN);
    }

    @Test
    void secretThatWasReplaced_isNotUsedAgain() {
        SecretKey wiped = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assertThat(check(GET, wiped, NOW)).isEqualTo(SignatureResult.PROVEN);

        wiped.wipe();
        verifier.wipe();

        assertThat(check(GET, wiped, NOW)).isEqualTo(SignatureResult.MISMATCHED);
        assertThat(check(GET)).isEqualTo(SignatureResult.PROVEN);
    }
}
