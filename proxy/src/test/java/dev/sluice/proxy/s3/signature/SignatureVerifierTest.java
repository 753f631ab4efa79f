package dev.sluice.proxy.s3.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.identity.SecretKey;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.testing.SignedExamples;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signatures are those of the examples in Amazon's documentation of S3 (sig-v4-header-based-auth and others). */
class SignatureVerifierTest {
    private final SignatureVerifier verifier = new SignatureVerifier();

    private SignatureResult check(String text) {
        return check(text, SignedExamples.SECRET, SignedExamples.NOW_SECONDS);
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
        assertThat(SignedExamples.ALL)
                .allSatisfy(text -> assertThat(check(text)).isEqualTo(SignatureResult.PROVEN));
    }

    @Test
    void otherSecret_isMismatched() {
        SecretKey other = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ");

        assertThat(SignedExamples.ALL)
                .allSatisfy(text -> assertThat(check(text, other, SignedExamples.NOW_SECONDS))
                        .isEqualTo(SignatureResult.MISMATCHED));
        assertThat(SignedExamples.ALL)
                .allSatisfy(text -> assertThat(check(text)).isEqualTo(SignatureResult.PROVEN));
    }

    /** Every byte of a head, but for those that are not signed: the version, names in other case, lines that aren't. */
    @Test
    void anyByteThatIsSignedAndChanged_isNotProven() {
        List<String> proven = new ArrayList<>();
        int changed = 0;
        for (String text : SignedExamples.ALL) {
            for (int i = 0; i < text.length(); i++) {
                for (int bit = 0; bit < 7; bit++) {
                    String other = text.substring(0, i) + (char) (text.charAt(i) ^ 1 << bit) + text.substring(i + 1);
                    RequestHead head = head(other);
                    if (head != null && !isSameToRgw(text, i, bit)) {
                        changed++;
                        if (verifier.check(head, SignedExamples.SECRET, SignedExamples.NOW_SECONDS)
                                == SignatureResult.PROVEN) {
                            proven.add(other);
                        }
                    }
                }
            }
        }

        assertThat(changed).isGreaterThan(10_000);
        assertThat(proven).isEmpty();
    }

    /** What is remembered of the headers before changes nothing. */
    @Test
    void requestsInAnyOrder_areCheckedAsIfEachWereTheFirst() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<RequestHead> heads = new ArrayList<>();
        List<SignatureResult> alone = new ArrayList<>();
        while (heads.size() < 300) {
            RequestHead head =
                    head(withChanges(SignedExamples.ALL.get(random.nextInt(SignedExamples.ALL.size())), random));
            if (head != null) {
                heads.add(head);
                alone.add(new SignatureVerifier().check(head, SignedExamples.SECRET, SignedExamples.NOW_SECONDS));
            }
        }
        assertThat(alone).contains(SignatureResult.PROVEN, SignatureResult.MISMATCHED);

        for (int i = 0; i < 5_000; i++) {
            int at = random.nextInt(heads.size());

            assertThat(verifier.check(heads.get(at), SignedExamples.SECRET, SignedExamples.NOW_SECONDS))
                    .as("seed %d, request %d", seed, i)
                    .isEqualTo(alone.get(at));
        }
    }

    /** No change, or some in the Authorization header. */
    private static String withChanges(String text, Random random) {
        int from = text.indexOf("Credential=");
        int to = text.indexOf('\r', from);
        if (random.nextInt(3) == 0 || from < 0 || to < 0) {
            return text;
        }
        StringBuilder changed = new StringBuilder(text);
        String marks = "0a,;= /";
        for (int i = random.nextInt(3); i >= 0; i--) {
            // Half of them in the signature, which is most often last.
            int at = to - 1 - random.nextInt(random.nextBoolean() ? 70 : to - from);
            changed.setCharAt(at, marks.charAt(random.nextInt(marks.length())));
        }
        return changed.toString();
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

        assertThat(check(SignedExamples.GET, SignedExamples.SECRET, signed + 900))
                .isEqualTo(SignatureResult.PROVEN);
        assertThat(check(SignedExamples.GET, SignedExamples.SECRET, signed - 900))
                .isEqualTo(SignatureResult.PROVEN);
        assertThat(check(SignedExamples.GET, SignedExamples.SECRET, signed + 901))
                .isEqualTo(SignatureResult.STALE);
        assertThat(check(SignedExamples.GET, SignedExamples.SECRET, signed - 901))
                .isEqualTo(SignatureResult.STALE);
        assertThat(check(SignedExamples.PRESIGNED, SignedExamples.SECRET, signed + 86_399))
                .isEqualTo(SignatureResult.PROVEN);
        assertThat(check(SignedExamples.PRESIGNED, SignedExamples.SECRET, signed + 86_400))
                .isEqualTo(SignatureResult.STALE);
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
        assertThat(check(SignedExamples.GET.replace("Range: ", "x-amz-security-token: t\r\nRange: ")))
                .isEqualTo(SignatureResult.UNCHECKED);
        assertThat(check(SignedExamples.PRESIGNED.replace("&X-Amz-Sig", "&X-Amz-Security-Token=t&X-Amz-Sig")))
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

        assertThat(check(SignedExamples.LIST.replace("prefix=J", "prefix=J" + many)))
                .isEqualTo(SignatureResult.UNCHECKED);
        assertThat(check(SignedExamples.GET.replace("SignedHeaders=", "SignedHeaders=" + names)))
                .isEqualTo(SignatureResult.MISMATCHED);
        assertThat(check(SignedExamples.GET.replace("x-amz-date,", "x-amz-date" + others + ",")))
                .isEqualTo(SignatureResult.UNCHECKED);
    }

    @Test
    void keysOfAWipedSecret_proveNothing_andAreForgottenByTheNextSweep() {
        SecretKey old = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assertThat(check(SignedExamples.GET, old, SignedExamples.NOW_SECONDS)).isEqualTo(SignatureResult.PROVEN);
        assertThat(check(SignedExamples.GET)).isEqualTo(SignatureResult.PROVEN);
        verifier.sweep();
        assertThat(verifier.derivedKeys()).isEqualTo(2);

        old.wipe();

        assertThat(check(SignedExamples.GET, old, SignedExamples.NOW_SECONDS)).isEqualTo(SignatureResult.MISMATCHED);
        verifier.sweep();
        assertThat(verifier.derivedKeys()).isEqualTo(1);
        assertThat(check(SignedExamples.GET)).isEqualTo(SignatureResult.PROVEN);
    }

    @Test
    void secretThatWasReplaced_isNotUsedAgain() {
        SecretKey wiped = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assertThat(check(SignedExamples.GET, wiped, SignedExamples.NOW_SECONDS)).isEqualTo(SignatureResult.PROVEN);

        wiped.wipe();
        verifier.wipe();

        assertThat(check(SignedExamples.GET, wiped, SignedExamples.NOW_SECONDS)).isEqualTo(SignatureResult.MISMATCHED);
        assertThat(check(SignedExamples.GET)).isEqualTo(SignatureResult.PROVEN);
    }
}
