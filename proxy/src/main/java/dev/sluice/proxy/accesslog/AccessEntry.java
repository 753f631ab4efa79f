package dev.sluice.proxy.accesslog;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.proxy.course.RequestCourse;
import dev.sluice.proxy.course.RequestOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What a line of the access log is made of. Made on an event loop, formatted on another thread. Texts of the client have a
 * character for each byte, and may hold credentials: see {@link LoggedUri}.
 *
 * @param beginNanos of the monotonic clock
 * @param user empty: anonymous, or not known
 * @param bucket as limits name it; empty: none
 * @param operation null: no limit applies, or none was asked
 * @param rejection the limit that rejected it, or would have as a shadow limit; null: none
 * @param status 0: the client got none
 * @param requestLine empty: it could not be read
 * @param requestBytes the content that the request states; -1: none
 * @param objectBytes the size of the object that the response states; -1: none
 */
record AccessEntry(
        long beginNanos,
        long totalNanos,
        long upstreamNanos,
        long addedNanos,
        RequestOutcome outcome,
        boolean isDecided,
        boolean isSent,
        boolean isHeld,
        String user,
        String bucket,
        @Nullable OperationClass operation,
        Verdict.@Nullable Rejected rejection,
        int status,
        long bytesReceived,
        long bytesSent,
        IpAddress address,
        String requestLine,
        String userAgent,
        String referrer,
        String host,
        boolean hasToken,
        boolean isCopy,
        long requestBytes,
        String requestId,
        String errorCode,
        long objectBytes) {

    private static final int OBJECT_BYTES = 500;

    /** Of a request that has ended. */
    static AccessEntry of(RequestCourse course) {
        return new AccessEntry(
                course.beginNanos(),
                course.totalNanos(),
                course.upstreamNanos(),
                course.addedNanos(),
                course.outcome(),
                course.isDecided(),
                course.isSent(),
                course.isHeld(),
                course.user(),
                course.bucket(),
                course.operation(),
                course.rejection(),
                course.status(),
                course.bytesReceived(),
                course.bytesSent(),
                course.address(),
                course.text().line(),
                course.text().userAgent(),
                course.text().referrer(),
                course.text().host(),
                course.text().hasToken(),
                course.text().isCopy(),
                course.text().bodyBytes(),
                course.facts().requestId(),
                course.facts().errorCode(),
                course.facts().objectBytes());
    }

    /** About how much it takes in the heap. */
    int bytes() {
        return OBJECT_BYTES + requestLine.length() + userAgent.length() + referrer.length() + host.length();
    }

    /** In a word: what limits made of the request. */
    String verdict() {
        if (outcome == RequestOutcome.REJECTED) {
            return "rejected";
        }
        if (rejection != null) {
            return "would-reject";
        }
        if (outcome == RequestOutcome.CLIENT_GONE && isHeld && !isSent) {
            // its client left while it waited: it was neither admitted nor rejected
            return "none";
        }
        if (operation != null) {
            return isHeld ? "held" : "admitted";
        }
        return isDecided ? "exempt" : "none";
    }

    /** The user for people; empty: anonymous, or not known. */
    String shownUser() {
        return IdentityDirectory.display(user);
    }

    /** Such as {@code user alice read-ops = 40/s}; empty: no limit rejected the request, or would have. */
    String limit() {
        if (rejection == null) {
            return "";
        }
        String subject = rejection.subject().isEmpty() ? "" : IdentityDirectory.display(rejection.subject()) + " ";
        return rejection.scope().key() + " " + subject + rejection.dimension().key() + " = "
                + rejection.limit().text();
    }
}
