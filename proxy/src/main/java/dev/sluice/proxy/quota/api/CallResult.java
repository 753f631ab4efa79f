package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.quota.http.StatusCode;
import dev.sluice.quota.alloc.AllocLease;
import dev.sluice.quota.alloc.QuotaView;
import dev.sluice.quota.alloc.StepOutcome;
import dev.sluice.quota.alloc.StepResult;
import dev.sluice.quota.rate.RateView;
import org.jspecify.annotations.Nullable;

/** What became of a call. Immutable. */
sealed interface CallResult {
    /** Whether it was done. */
    boolean isOk();

    /**
     * Of an {@code allow}.
     *
     * @param waitNanos 0: the tokens were taken; -1: so many never can be
     * @param view of the quota, afterwards; null: there is none, or nobody sees it
     */
    record Allowed(
            int status,
            boolean isOk,
            long waitNanos,
            @Nullable RateView view) implements CallResult {
        static final Allowed TAKEN = new Allowed(StatusCode.OK, true, 0, null);
        static final Allowed MISSING = new Allowed(StatusCode.NOT_FOUND, false, 0, null);
    }

    /** Of a {@code view}. */
    record Viewed(int status, QuotaView view) implements CallResult {
        static final Viewed MISSING = new Viewed(StatusCode.NOT_FOUND, new QuotaView(0, 0, 0, 0));

        @Override
        public boolean isOk() {
            return status == StatusCode.OK;
        }
    }

    /**
     * Of an {@code alloc} or {@code free}.
     *
     * @param lease that was made; 0: none
     */
    record Changed(int status, boolean isOk, long remaining, long version, long lease) implements CallResult {
        static Changed of(StepResult step) {
            int status = switch (step.outcome()) {
                case NOT_FOUND -> StatusCode.NOT_FOUND;
                case INVALID_VERSION -> StatusCode.INVALID_VERSION;
                default -> StatusCode.OK;
            };
            boolean isOk = step.outcome() == StepOutcome.APPLIED;
            return new Changed(status, isOk, step.remaining(), step.version(), step.lease());
        }

        /** Of a quota that was not asked to change, because another call of several failed. */
        static Changed unchanged(@Nullable QuotaView view) {
            return view == null
                    ? new Changed(StatusCode.NOT_FOUND, false, 0, 0, AllocLease.NONE)
                    : new Changed(StatusCode.OK, false, view.remaining(), view.version(), AllocLease.NONE);
        }
    }

    /** Of a {@code renew}; lease 0: there is none of that number any more. */
    record Renewed(long lease) implements CallResult {
        @Override
        public boolean isOk() {
            return lease != AllocLease.NONE;
        }
    }

    /** It could not be decided, or was wrong. */
    record Failed(int httpStatus, int status, String message) implements CallResult {
        /** It can't be had now. */
        static Failed unavailable(String message) {
            return new Failed(503, StatusCode.UNAVAILABLE, message);
        }

        static Failed badRequest(int httpStatus, String message) {
            return new Failed(httpStatus, StatusCode.BAD_REQUEST, message);
        }

        @Override
        public boolean isOk() {
            return false;
        }
    }
}
