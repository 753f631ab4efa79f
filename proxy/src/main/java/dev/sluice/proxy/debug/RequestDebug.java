package dev.sluice.proxy.debug;

import dev.sluice.limits.admission.Verdict;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.proxy.accesslog.LoggedUri;
import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.course.RequestCourse;
import dev.sluice.proxy.course.RequestOutcome;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the requests of one user, bucket or client, one line each, with what became of them and why. It is switched on for a
 * time. At most {@value #LINES_PER_SECOND_MAX} lines a second are written; the others are counted. Thread-safe.
 */
public final class RequestDebug implements CourseListener {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDebug.class);
    private static final int LINES_PER_SECOND_MAX = 50;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long NANOS_PER_MICRO = 1_000;

    private final LongSupplier nanoClock;
    private final AtomicReference<@Nullable DebugRule> rule = new AtomicReference<>();
    private final AtomicLong logged = new AtomicLong();
    private final AtomicLong notLogged = new AtomicLong();
    /** The second of the clock, and how many lines it has: 16 bits. */
    private final AtomicLong budget = new AtomicLong();

    /** @param nanoClock the clock of the event loops */
    public RequestDebug(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Whether the log shows what this logs: not where a file of Logback's has another level for this class. */
    boolean isShown() {
        return LOG.isDebugEnabled();
    }

    void begin(DebugRule wanted) {
        logged.set(0);
        notLogged.set(0);
        rule.set(wanted);
    }

    void end() {
        rule.set(null);
    }

    /** What is logged now; empty: nothing. */
    Optional<DebugRule> current() {
        DebugRule now = rule.get();
        return now == null || now.isOver(nanoClock.getAsLong()) ? Optional.empty() : Optional.of(now);
    }

    long logged() {
        return logged.get();
    }

    long notLogged() {
        return notLogged.get();
    }

    @Override
    public boolean isOn() {
        return rule.get() != null;
    }

    @Override
    public void onEnd(RequestCourse course) {
        DebugRule wanted = rule.get();
        if (wanted == null) {
            return;
        }
        if (wanted.isOver(course.endNanos())) {
            // not another one that has just been asked for
            rule.compareAndSet(wanted, null);
            return;
        }
        if (!wanted.matches(course)) {
            return;
        }
        if (!takeLine(course.endNanos())) {
            notLogged.incrementAndGet();
            return;
        }
        logged.incrementAndGet();
        LOG.debug(
                "{} of {} from {} in {} us ({} here, {} at the gateway): {}; status {}, id {}",
                printable(LoggedUri.ofLine(course.text().line())),
                course.user().isEmpty() ? "anonymous" : shown(course.user()),
                course.address(),
                course.totalNanos() / NANOS_PER_MICRO,
                course.addedNanos() / NANOS_PER_MICRO,
                course.upstreamNanos() / NANOS_PER_MICRO,
                reason(course),
                course.status(),
                printable(course.facts().requestId()));
    }

    private boolean takeLine(long nowNanos) {
        long second = (nowNanos / SECOND_NANOS) << 16;
        long next = budget.updateAndGet(before -> (before & ~0xFFFFL) == second ? before + 1 : second + 1);
        return (next & 0xFFFF) <= LINES_PER_SECOND_MAX;
    }

    /** Why it went as it went. */
    private static String reason(RequestCourse course) {
        RequestOutcome outcome = course.outcome();
        Verdict.Rejected rejection = course.rejection();
        if (outcome == RequestOutcome.REJECTED && rejection != null) {
            return "rejected by " + limit(rejection) + ", "
                    + (rejection.isForGood()
                            ? "which admits nothing"
                            : "which has room in " + rejection.retryAfterNanos() / 1_000_000 + " ms");
        }
        String ending = switch (outcome) {
            case SERVED -> course.operation() == null ? "no limit applies, served" : "admitted and served";
            case REJECTED -> "rejected";
            case TOO_MANY_CONNECTIONS -> "refused for too many connections";
            case MALFORMED -> "malformed";
            case TIMED_OUT -> "sent too slowly";
            case GATEWAY_UNREACHABLE -> "admitted, and the gateway can't be reached";
            case GATEWAY_BROKEN -> "admitted, and the gateway's response is broken";
            case GATEWAY_TIMED_OUT -> "admitted, and the gateway did not respond in time";
            case CUT_OFF -> "admitted, and the response broke off";
            case CLIENT_GONE -> "the client left";
        };
        String waited = course.isHeld() ? ", after a wait for room" : "";
        String shadow = rejection == null ? "" : "; the shadow limit " + limit(rejection) + " has no room";
        String code = course.facts().errorCode().isEmpty()
                ? ""
                : ", the error is " + printable(course.facts().errorCode());
        return ending + waited + shadow + code;
    }

    private static String limit(Verdict.Rejected rejection) {
        String subject = rejection.subject().isEmpty() ? "" : shown(rejection.subject()) + " ";
        return rejection.scope().key() + " " + subject + rejection.dimension().key() + " = "
                + rejection.limit().text();
    }

    /** A name, without what could end a line; the hash of an unknown access key is cut. */
    private static String shown(String name) {
        return ProblemTexts.visible(IdentityDirectory.display(name));
    }

    /** What a client sent, without what could end a line or hide another. */
    private static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line.append(c >= ' ' && c < 0x7F ? c : '?');
        }
        return line.toString();
    }
}
