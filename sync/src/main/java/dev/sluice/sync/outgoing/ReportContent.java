package dev.sluice.sync.outgoing;

/** Which subjects a tick tells of. */
public enum ReportContent {
    /** What has changed, and what is due to be repeated. */
    CHANGES,
    /** Everything, for one who has just come. */
    FULL_STATE,
    /** News, and that no more will follow. */
    FINAL,
    /** What is asked for much more than before. */
    URGENT
}
