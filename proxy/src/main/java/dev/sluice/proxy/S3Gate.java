package dev.sluice.proxy;

import dev.sluice.limits.Admission;
import dev.sluice.limits.Identity;
import dev.sluice.limits.Ticket;
import dev.sluice.limits.Verdict;
import dev.sluice.policy.Directory;
import dev.sluice.proxy.http.Gate;
import dev.sluice.proxy.http1.Header;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.S3Request;
import dev.sluice.proxy.s3.S3Request.FrontDoor;
import dev.sluice.proxy.s3.S3RequestParser;
import java.nio.charset.StandardCharsets;

/**
 * Where a request meets its limits: what it is about, who it is from, whether there is room.
 *
 * <p>Never limited: probes, so that RGW's death shows and its life isn't doubted; the Admin Ops API and system users,
 * which RGW does not limit either; Swift, whose users are told by tokens that this release does not read.
 */
final class S3Gate implements Gate {
    private final S3RequestParser parser;
    private final Directory directory;
    private final Admission admission;

    S3Gate(S3RequestParser parser, Directory directory, Admission admission) {
        this.parser = parser;
        this.directory = directory;
        this.admission = admission;
    }

    @Override
    public Decision decide(RequestHead head, Ticket ticket, long nowNanos) {
        S3Request request = parser.parse(
                head.method() == RequestHead.Method.OTHER
                        ? text(head, 0, head.methodEnd())
                        : head.method().name(),
                text(head, head.targetStart(), head.targetEnd()),
                value(head, Header.HOST),
                value(head, Header.AUTHORIZATION));
        if (request.frontDoor() != FrontDoor.S3) {
            return Decision.FORWARD;
        }
        Identity who = request.accessKey().isEmpty() ? Identity.ANONYMOUS : directory.lookup(request.accessKey());
        if (who.isExempt()) {
            return Decision.FORWARD;
        }
        String bucket = request.bucketKey(who.tenant());
        Verdict verdict = admission.admit(who, bucket, request.operation(), ticket, nowNanos);
        if (verdict instanceof Verdict.Rejected rejected) {
            return new Decision.Refuse(rejected, request.bucket());
        }
        return Decision.FORWARD;
    }

    private static String value(RequestHead head, Header name) {
        int line = head.index(name);
        HeaderLines lines = head.headers();
        return line < 0 ? "" : text(head, lines.valueStart(line), lines.valueEnd(line));
    }

    private static String text(RequestHead head, int from, int to) {
        return new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
    }
}
