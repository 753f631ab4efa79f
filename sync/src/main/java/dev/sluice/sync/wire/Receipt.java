package dev.sluice.sync.wire;

/**
 * What one node has received of another's reports. Both times are by the clock of those reports ({@link
 * ReportDelays#clockNanos}). Immutable.
 *
 * @param incarnation of the node whose reports they are
 * @param receivedMicros of the last one that was received
 * @param lostMicros reports before this one were lost: the first that was received after the last loss; 0: none was
 */
public record Receipt(long incarnation, long receivedMicros, long lostMicros) {
    public Receipt {
        if (receivedMicros < 0 || lostMicros < 0 || lostMicros > receivedMicros) {
            throw new IllegalArgumentException("received " + receivedMicros + ", lost " + lostMicros);
        }
    }
}
