package dev.sluice.sync.trust;

/**
 * The memory for what peers report of subjects that have an account here, besides {@link SubjectMemory}. These subjects have
 * limits that are in use here, and there are only so many of them. So they are taken until all of it is full. One peer may
 * have half of it. Owned by the thread that receives.
 */
public final class AccountMemory {
    private final long bytesMax;
    private long bytes;

    /** @param bytesMax for all peers together, as {@link SubjectMemory} estimates it */
    public AccountMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** What all peers hold, in bytes. */
    public long bytes() {
        return bytes;
    }

    /**
     * Takes memory for a subject; false: there is none for this peer.
     *
     * @param held what the peer holds of it already
     */
    public boolean take(int more, long held) {
        if (bytes + more > bytesMax || held + more > bytesMax / 2) {
            return false;
        }
        bytes += more;
        return true;
    }

    /** Takes memory for one more count of a subject, which has a few at most. */
    public void add(int more) {
        bytes += more;
    }

    /** Gives memory back. */
    public void release(long less) {
        bytes -= less;
    }
}
