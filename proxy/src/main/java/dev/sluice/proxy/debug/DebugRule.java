package dev.sluice.proxy.debug;

import dev.sluice.common.IpAddress;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.proxy.course.RequestCourse;
import java.util.Optional;

/**
 * Which requests are logged, and until when.
 *
 * @param user as limits name it; empty: any
 * @param bucket as limits name it; empty: any
 * @param client empty: any
 * @param untilNanos of the monotonic clock
 */
record DebugRule(Optional<String> user, Optional<String> bucket, Optional<IpAddress> client, long untilNanos) {
    boolean isOver(long nowNanos) {
        return nowNanos - untilNanos >= 0;
    }

    boolean matches(RequestCourse course) {
        return user.filter(wanted -> !isOf(wanted, course.user())).isEmpty()
                && bucket.filter(wanted -> !wanted.equals(course.bucket())).isEmpty()
                && client.filter(wanted -> !wanted.equals(course.address())).isEmpty();
    }

    /** Whether a user has that name, or is shown by it: an unknown access key has 8 digits of its hash in all views. */
    private static boolean isOf(String wanted, String user) {
        return wanted.equals(user)
                || (IdentityDirectory.isUnknown(user) && wanted.equals(IdentityDirectory.display(user)));
    }

    /** For people, such as {@code user alice, bucket photos}. */
    String text() {
        StringBuilder text = new StringBuilder();
        user.ifPresent(name -> text.append("user ").append(name.isEmpty() ? "anonymous" : ProblemTexts.visible(name)));
        bucket.ifPresent(name ->
                text.append(text.isEmpty() ? "" : ", ").append("bucket ").append(ProblemTexts.visible(name)));
        client.ifPresent(address ->
                text.append(text.isEmpty() ? "" : ", ").append("client ").append(address));
        return text.toString();
    }
}
