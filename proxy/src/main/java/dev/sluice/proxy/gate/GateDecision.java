package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.HeldRequest;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.proxy.response.RejectionForm;
import dev.sluice.proxy.s3.DeleteListForm;
import org.jspecify.annotations.Nullable;

/** What happens with a request. */
public sealed interface GateDecision {
    /** The request goes to RGW. What it was charged is on its ticket. */
    enum Forward implements GateDecision {
        /** Nothing more is charged. */
        CHARGED,
        /** Nothing more is charged, and the response is to be seen by {@link Gate#observer}. */
        CHARGED_AND_OBSERVED,
        /** The body lists objects to delete, of which only one has been charged. */
        CHARGE_LISTED_DELETES(DeleteListForm.OBJECT_TAGS),
        /** The same, with an object in each line. */
        CHARGE_LISTED_LINES(DeleteListForm.LINES);

        private final @Nullable DeleteListForm list;

        Forward() {
            this.list = null;
        }

        Forward(DeleteListForm list) {
            this.list = list;
        }

        /** How the body lists objects of which each is to be charged; null: it doesn't. */
        public @Nullable DeleteListForm list() {
            return list;
        }
    }

    /** Nothing was decided. */
    enum Undecided implements GateDecision {
        /** The first bytes of the body say who the request is from. The gate is to be asked again with them. */
        FORM_NEEDED
    }

    /**
     * A limit has no room.
     *
     * @param bucket for the response's {@code BucketName}; empty: none
     * @param form as the client's API knows it
     */
    record Reject(Verdict.Rejected verdict, String bucket, RejectionForm form) implements GateDecision {
        /** In the form of S3. */
        public Reject(Verdict.Rejected verdict, String bucket) {
            this(verdict, bucket, RejectionForm.S3);
        }
    }

    /**
     * Limits have no room, and all of them let requests wait. The request is to begin its wait, or to leave.
     *
     * @param onceAdmitted what happens with it when it is admitted
     * @param bucket for the response's {@code BucketName} when it is rejected; empty: none
     * @param form of that response
     */
    record Wait(HeldRequest request, Forward onceAdmitted, String bucket, RejectionForm form) implements GateDecision {
        /** What follows if it is rejected after all. */
        public Reject reject(Verdict.Rejected verdict) {
            return new Reject(verdict, bucket, form);
        }
    }
}
