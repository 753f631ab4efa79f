package dev.sluice.sync.wire;

/** The result of decoding a message. */
public sealed interface ReceivedMessage {
    /**
     * A valid report whose entries are still to be read.
     *
     * @param header the report without its entries
     */
    record Decoded(Report header, UsageEntryReader entries) implements ReceivedMessage {}

    /** A message of another version of the format. */
    record OtherVersion(int version) implements ReceivedMessage {}

    /**
     * Not a report.
     *
     * @param reason what is wrong, without any content of the message
     */
    record Malformed(String reason) implements ReceivedMessage {}
}
