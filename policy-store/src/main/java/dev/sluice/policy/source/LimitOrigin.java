package dev.sluice.policy.source;

/**
 * Where a limit is set.
 *
 * @param kind what kind of place that is
 * @param source the file, or of RGW whose setting it is: {@code user alice}, {@code bucket logs}, {@code global user}
 * @param line in the file, from 1; 0: it has no lines
 */
public record LimitOrigin(OriginKind kind, String source, int line) {
    /** The kinds of places that limits come from. */
    public enum OriginKind {
        /** The limits file. */
        FILE,
        /** The file that holds what was set by command. */
        OVERLAY,
        /** RGW's own rate limit of one user. */
        RGW_USER,
        /** RGW's own rate limit of one bucket. */
        RGW_BUCKET,
        /** RGW's own rate limit of all that have none of their own. */
        RGW_GLOBAL,
        /** It holds unless a source sets another one. */
        DEFAULT,
        /** It was set by a program. */
        UNKNOWN
    }

    /** Of a limit that no source has set. */
    public static final LimitOrigin UNKNOWN = new LimitOrigin(OriginKind.UNKNOWN, "", 0);

    /** Of a limit that holds unless a source sets another one. */
    public static final LimitOrigin DEFAULT = new LimitOrigin(OriginKind.DEFAULT, "", 0);

    /** A place in a file. */
    public static LimitOrigin ofFile(OriginKind kind, String file, int line) {
        return new LimitOrigin(kind, file, line);
    }

    /** For people: {@code limits.conf:8}, {@code RGW user alice}. */
    public String text() {
        return switch (kind) {
            case FILE, OVERLAY -> line > 0 ? source + ":" + line : source;
            case RGW_USER, RGW_BUCKET, RGW_GLOBAL -> "RGW " + source;
            case DEFAULT -> "default";
            case UNKNOWN -> "unknown";
        };
    }
}
