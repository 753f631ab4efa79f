package dev.sluice.sync.trust;

/**
 * The bounds of what is remembered of peers.
 *
 * @param peersMax incarnations, at least 1
 * @param subjectsPerPeerMax subjects of each, at least 1
 * @param subjectBytesMax the memory for the subjects of all peers together, as {@link SubjectMemory} estimates it
 * @param accountBytesMax as much more for subjects that have an account here, at least 0
 */
public record PeerBounds(int peersMax, int subjectsPerPeerMax, long subjectBytesMax, long accountBytesMax) {
    private static final int FULL_PEERS = 16;

    /** Memory for a few peers that have as many subjects as they may. */
    public PeerBounds(int peersMax, int subjectsPerPeerMax) {
        this(peersMax, subjectsPerPeerMax, (long) FULL_PEERS * SubjectMemory.SUBJECT_BYTES * subjectsPerPeerMax, 0);
    }

    public PeerBounds {
        if (peersMax < 1 || subjectsPerPeerMax < 1 || subjectBytesMax < 1 || accountBytesMax < 0) {
            throw new IllegalArgumentException(
                    "bounds below 1: " + peersMax + ", " + subjectsPerPeerMax + ", " + subjectBytesMax);
        }
    }

    /** Whether subjects are remembered at all; a relay does without. */
    public boolean remembersSubjects() {
        return subjectsPerPeerMax > 1;
    }
}
