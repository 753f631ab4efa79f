package dev.sluice.sync.trust;

import java.util.Locale;

/** A part of a report that was not used, while the rest was. */
public enum RefusedPart {
    /** An amount above all that the limit lets through: the rest of it. */
    AMOUNT,
    /** A subject without room in the memory for what peers report. */
    MEMORY,
    /** A count that fell, or a birth before the known one. */
    CONTRADICTION,
    /** Records of the past beyond the number that one link may bring. */
    HISTORY,
    /** Sessions of STS beyond the rate that one link may bring. */
    SESSION,
    /** What a peer shows of itself, more often than it should. */
    ACTIVITY;

    /** The name in metrics and the admin API. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
