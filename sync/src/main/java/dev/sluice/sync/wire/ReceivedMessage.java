package dev.sluice.sync.wire;

/** What a received message turned out to be. */
public sealed interface ReceivedMessage {
    record Valid(Report report) implements ReceivedMessage {}

    /**
     * A report whose entries are still to be read.
     *
     * @param head the report without them
     */
    record Opened(Report head, UsageEntryReader entries) implements ReceivedMessage {}

    /** From a sender that speaks a later version of the format. */
    record OtherVersion(int version) implements ReceivedMessage {}

    /**
     * Not a report.
     *
     * @param reason what is wrong with it, without any of its content
     */
    record Malformed(String reason) implements ReceivedMessage {}
}
