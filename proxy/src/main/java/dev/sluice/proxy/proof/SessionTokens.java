package dev.sluice.proxy.proof;

import dev.sluice.proxy.http1.OctetClasses;
import dev.sluice.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/** Whether a request is made with a temporary key of STS, which comes with a token. */
final class SessionTokens {
    private static final byte[] NAME = "x-amz-security-token".getBytes(StandardCharsets.US_ASCII);

    private SessionTokens() {}

    static boolean isIn(RequestHead head) {
        return head.headers().lastOf(head.bytes(), NAME) >= 0
                || (head.queryStart() >= 0 && isInQuery(head.bytes(), head.queryStart(), head.targetEnd()));
    }

    private static boolean isInQuery(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - NAME.length) {
            if (OctetClasses.equalsIgnoreCase(bytes, at, NAME, 0, NAME.length)) {
                return true;
            }
            at = OctetClasses.indexOf((byte) '&', bytes, at, to) + 1;
        }
        return false;
    }
}
