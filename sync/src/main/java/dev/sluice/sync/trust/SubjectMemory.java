package dev.sluice.sync.trust;

import java.util.HashSet;
import java.util.Set;

/**
 * The memory for what peers report of subjects: one bound for all peers together. A peer may have half of it while others
 * need little, and its even part always. If nothing is left for a peer that has less than its part, the one that holds the
 * most is forgotten: it has more than its part. Owned by the thread that receives.
 */
public final class SubjectMemory {
    /** One subject with one count: its fields, its id and its places in the table. */
    public static final int SUBJECT_BYTES = 144;
    /** One more count of a subject. */
    public static final int COUNT_BYTES = 40;

    private final long bytesMax;
    private final AccountMemory ofAccounts;
    private final Set<Part> parts = new HashSet<>();
    private long bytes;

    /**
     * Makes memory that nothing is held of.
     *
     * @param bytesMax for all peers together, estimated by the constants of this class
     * @param ofAccounts more of it, for subjects that have an account here
     */
    public SubjectMemory(long bytesMax, AccountMemory ofAccounts) {
        this.bytesMax = bytesMax;
        this.ofAccounts = ofAccounts;
    }

    /** The memory for subjects that have an account here. */
    public AccountMemory ofAccounts() {
        return ofAccounts;
    }

    /** What all peers hold, in bytes; also of the memory for accounts. */
    public long bytes() {
        return bytes + ofAccounts.bytes();
    }

    /** Forgets what a peer has reported, but for what is in the memory for accounts. */
    @FunctionalInterface
    public interface Forgetter {
        /** Called by the thread that receives; gives all of the peer's memory back. */
        void forget(long nowNanos);
    }

    /** The part of a peer that holds nothing yet. */
    public Part part(Forgetter forgetter) {
        return new Part(forgetter);
    }

    /** What one peer holds. It counts as a peer while it holds anything. */
    public final class Part {
        private final Forgetter forgetter;
        private long held;

        private Part(Forgetter forgetter) {
            this.forgetter = forgetter;
        }

        /** What the peer holds, in bytes. */
        public long held() {
            return held;
        }

        /** Takes memory for a subject; false: there is none for this peer. */
        public boolean take(int more, long nowNanos) {
            if (bytes + more > bytesMax / 2) {
                long even = bytesMax / Math.max(1, parts.size() + (held == 0 ? 1 : 0));
                if (held + more > even || !makeRoom(more, nowNanos)) {
                    return false;
                }
            }
            add(more);
            return true;
        }

        private boolean makeRoom(int more, long nowNanos) {
            while (bytes + more > bytesMax) {
                Part largest = this;
                for (Part part : parts) {
                    largest = part.held > largest.held ? part : largest;
                }
                if (largest == this) {
                    return false;
                }
                largest.forgetter.forget(nowNanos);
                largest.releaseAll();
            }
            return true;
        }

        /** Takes memory for one more count of a subject, which has a few at most. */
        public void add(int more) {
            if (held == 0 && more > 0) {
                parts.add(this);
            }
            held += more;
            bytes += more;
        }

        /** Gives memory back. */
        public void release(int less) {
            add(-less);
            if (held == 0) {
                parts.remove(this);
            }
        }

        /** Gives all memory back. */
        public void releaseAll() {
            bytes -= held;
            held = 0;
            parts.remove(this);
        }
    }
}
