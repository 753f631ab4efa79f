package dev.sluice.sync;

/** What a received message turned out to be. */
public sealed interface Decoded {
    record Valid(Report report) implements Decoded {}

    /**
     * A report whose entries are still to be read.
     *
     * @param head the report without them
     */
    record Opened(Report head, EntryReader entries) implements Decoded {}

    /** From a sender that speaks a later version of the format. */
    record OtherVersion(int version) implements Decoded {}

    /**
     * Not a report.
     *
     * @param reason what is wrong with it, without any of its content
     */
    record Malformed(String reason) implements Decoded {}
}
