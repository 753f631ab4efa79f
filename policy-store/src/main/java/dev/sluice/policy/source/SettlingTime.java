package dev.sluice.policy.source;

/**
 * How long a content must stay the same before it counts. Files that belong together are replaced one after the other,
 * and a file may be half written when it is read.
 *
 * @param goodMillis before a good content is used; 1: two polls must find the same
 * @param cutMillis before a good content is used that {@linkplain SourceVersion#looksCut looks cut off}
 * @param badMillis before a bad content is reported
 * @param patienceMillis a source that never settles is reported when it has been bad for so long
 */
public record SettlingTime(long goodMillis, long cutMillis, long badMillis, long patienceMillis) {
    /** Everything counts at once: for a source that is replaced as a whole. */
    public static final SettlingTime NONE = new SettlingTime(0, 0, 0, Long.MAX_VALUE);

    public SettlingTime {
        if (goodMillis < 0 || cutMillis < goodMillis || badMillis < 0 || patienceMillis < 0) {
            throw new IllegalArgumentException("a time must not be negative, and no shorter for what looks cut");
        }
    }

    /** When the content must be parsed, so that what follows is known. */
    long soonestMillis() {
        return Math.min(goodMillis, badMillis);
    }
}
