package dev.sluice.proxy.replay;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.TransferBudget;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.Reloadable;
import java.util.List;

/**
 * Plays the requests of a log through the real limiter, in the log's time. A request runs as long as it ran when it was
 * logged, and longer where a limit on bytes holds up its body; one that is rejected does not return.
 *
 * <p>Belongs to one thread.
 */
final class LogReplay {
    private static final int ACCOUNTS_MIN = 1_000;
    /** As in a sidecar: an account takes so much, and all together one part in so many of the heap. */
    private static final int ACCOUNT_BYTES = 4_000;

    private static final int HEAP_PARTS = 3;
    private static final long INTERVAL_NANOS = PacingSettings.DEFAULT.intervalNanos();
    /** After so many reports without a request nothing changes any more, and time is skipped. */
    private static final int IDLE_REPORTS = 50;

    private static final long FORGET_NANOS = 60_000_000_000L;
    /** A shorter delay is no slowing that anybody would notice. */
    private static final long SLOWED_NANOS_MIN = 100_000_000L;

    private final PolicyLayer limits;
    private final Admission admission;
    private final ReplayAgenda agenda = new ReplayAgenda();
    private final ReplayTally tally;
    private long nextReportNanos = Long.MIN_VALUE;
    private long nextForgetNanos = Long.MIN_VALUE;
    private long exempt;

    /** Holds requests to these limits. */
    LogReplay(PolicyLayer limits) {
        this.limits = limits;
        long fit = Runtime.getRuntime().maxMemory() / HEAP_PARTS / ACCOUNT_BYTES;
        int accountsMax = (int) Math.max(ACCOUNTS_MIN, Math.min(fit, Integer.MAX_VALUE));
        this.admission = new Admission(new SubjectIds("replay"), accountsMax, 0, limits.limits());
        this.tally = new ReplayTally(new PolicyMerger(List.of(new Reloadable<>(limits))).origins());
    }

    ReplayTally tally() {
        return tally;
    }

    /** Requests of system users. */
    long exempt() {
        return exempt;
    }

    /** A request comes. */
    void request(OpsLogEntry entry) {
        advance(entry.startNanos());
        if (limits.systemUsers().contains(entry.user())) {
            exempt++;
            return;
        }
        tally.request(entry);
        Ticket ticket = new Ticket();
        Identity identity = entry.user().isEmpty() ? Identity.ANONYMOUS : Identity.ofUser(entry.user());
        Verdict verdict = admission.admit(identity, entry.bucket(), entry.operation(), ticket, agenda.nowNanos());
        if (verdict instanceof Verdict.Held held) {
            tally.waited();
            held.request()
                    .begin(agenda, () -> decided(entry, held.request().conclude(ticket), ticket), agenda.nowNanos());
        } else {
            decided(entry, verdict, ticket);
        }
    }

    private void decided(OpsLogEntry entry, Verdict verdict, Ticket ticket) {
        long now = agenda.nowNanos();
        if (verdict instanceof Verdict.Rejected rejected) {
            tally.rejected(entry, rejected, now);
            return;
        }
        Verdict.Rejected shadow = ticket.shadowRejection();
        if (shadow != null) {
            tally.wouldReject(entry, shadow, now);
        }
        tally.admitted();
        ticket.commit();
        new Transfer(entry, ticket, now).step(now);
    }

    /** A body that passes, at the speed that it had, or as fast as limits on bytes let it. */
    private final class Transfer {
        private final OpsLogEntry entry;
        private final Ticket ticket;
        private final TransferBudget budget;
        private final long endNanos;
        private final long bytes;
        private long left;
        private long heldNanos;

        Transfer(OpsLogEntry entry, Ticket ticket, long nowNanos) {
            this.entry = entry;
            this.ticket = ticket;
            boolean isDownload = entry.bytesSent() >= entry.bytesReceived();
            this.budget = isDownload ? ticket.download() : ticket.upload();
            this.bytes = Math.max(entry.bytesSent(), entry.bytesReceived());
            this.left = bytes;
            (isDownload ? ticket.upload() : ticket.download())
                    .moved(Math.min(entry.bytesSent(), entry.bytesReceived()), nowNanos);
            this.endNanos = nowNanos + entry.durationNanos();
        }

        void step(long nowNanos) {
            long may = left == 0 ? Long.MAX_VALUE : budget.mayMove(nowNanos);
            if (may == 0) {
                long waitNanos = budget.waitNanos();
                heldNanos += waitNanos;
                agenda.at(nowNanos + waitNanos, this::step);
            } else if (may == Long.MAX_VALUE) {
                budget.moved(left, nowNanos);
                agenda.at(endNanos + heldNanos, this::end);
            } else {
                long moved = Math.min(may, left);
                budget.moved(moved, nowNanos);
                left -= moved;
                agenda.at(nowNanos + (long) ((double) moved / bytes * entry.durationNanos()), this::step);
            }
        }

        private void end(long nowNanos) {
            if (heldNanos >= SLOWED_NANOS_MIN) {
                tally.slowed(heldNanos);
            }
            ticket.release(nowNanos);
        }
    }

    /** Lets time pass: requests end, and the limiter does what it does at each report. */
    private void advance(long untilNanos) {
        if (nextReportNanos == Long.MIN_VALUE) {
            nextReportNanos = untilNanos;
            nextForgetNanos = untilNanos + FORGET_NANOS;
        }
        for (int idle = 0; nextReportNanos <= untilNanos; idle++) {
            if (idle > IDLE_REPORTS && agenda.nextNanos() > untilNanos) {
                nextReportNanos = untilNanos + INTERVAL_NANOS;
                break;
            }
            agenda.runUntil(nextReportNanos);
            admission.measure(usage -> {}, nextReportNanos);
            nextReportNanos += INTERVAL_NANOS;
        }
        agenda.runUntil(untilNanos);
        if (agenda.nowNanos() >= nextForgetNanos) {
            admission.forgetIdle(agenda.nowNanos());
            nextForgetNanos = agenda.nowNanos() + FORGET_NANOS;
        }
    }

    /** The log has ended: what runs or waits ends too. */
    void finish() {
        while (agenda.nextNanos() != Long.MAX_VALUE) {
            advance(agenda.nextNanos());
        }
    }
}
