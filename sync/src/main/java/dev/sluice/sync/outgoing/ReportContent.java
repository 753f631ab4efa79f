package dev.sluice.sync.outgoing;

/** Which subjects a report contains. */
public enum ReportContent {
    /** Subjects that have changed, and those that are due for a repeat. */
    CHANGES,
    /** All subjects, for a new subscriber. */
    FULL_STATE,
    /** All changes, in the last report before the shutdown. */
    FINAL,
    /** Subjects whose demand has risen suddenly, between two ticks. */
    URGENT
}
