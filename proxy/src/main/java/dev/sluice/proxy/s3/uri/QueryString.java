package dev.sluice.proxy.s3.uri;

import java.util.Locale;

/**
 * What a query says about operation and credential, read in one pass as {@code RGWHTTPArgs::parse} does:
 *
 * <ul>
 *   <li>A second {@code ?} at its beginning is skipped, and so is an empty parameter.
 *   <li>Each parameter is decoded first and then cut at its first {@code =}, so an encoded one counts too.
 *   <li>A name that contains {@code X-Amz-} in this spelling loses its capitals. All other names keep them.
 *   <li>Of several parameters with one name the last counts.
 * </ul>
 *
 * <p>Takes time and memory linear in the query. Immutable once read.
 */
public final class QueryString {
    /** A request without a query. */
    public static final QueryString EMPTY = new QueryString();

    private static final String V4 = "AWS4-HMAC-SHA256";
    private static final String CAPITAL_PREFIX = "X-Amz-";

    private long present;
    private String algorithm = "";
    private String credential = "";
    private String accessKeyId = "";
    private String action = "";

    private QueryString() {}

    /**
     * Reads a query.
     *
     * @param raw the text behind the {@code ?}, as received, one char for each byte; empty: none
     */
    public static QueryString of(String raw) {
        if (raw.isEmpty()) {
            return EMPTY;
        }
        QueryString query = new QueryString();
        int from = raw.charAt(0) == '?' ? 1 : 0;
        while (from < raw.length()) {
            int ampersand = raw.indexOf('&', from);
            int end = ampersand < 0 ? raw.length() : ampersand;
            query.add(PercentDecoder.query(raw.substring(from, end)));
            from = end + 1;
        }
        return query;
    }

    private void add(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        if (name.contains(CAPITAL_PREFIX)) {
            name = name.toLowerCase(Locale.ROOT);
        }
        switch (name) {
            case "x-amz-algorithm" -> algorithm = valueOf(parameter, equals);
            case "x-amz-credential" -> credential = valueOf(parameter, equals);
            case "AWSAccessKeyId" -> accessKeyId = valueOf(parameter, equals);
            case "Action" -> action = valueOf(parameter, equals);
            default -> present |= QueryParameter.bitOf(name);
        }
    }

    private static String valueOf(String parameter, int equals) {
        return equals < 0 ? "" : parameter.substring(equals + 1);
    }

    /** Whether the parameter is there, with or without a value. */
    public boolean has(QueryParameter parameter) {
        return (present & parameter.bit()) != 0;
    }

    /** Whether one of these is there; see {@link QueryParameter#bitsOf}. */
    public boolean hasAnyOf(long bits) {
        return (present & bits) != 0;
    }

    /** The action of STS, IAM and topics; empty: none. */
    public String action() {
        return action;
    }

    /**
     * The access key that the query claims, which counts where there is no Authorization header: V4 if the algorithm is
     * named, else V2. Empty: anonymous.
     */
    public String accessKey() {
        if (!algorithm.equals(V4)) {
            return accessKeyId;
        }
        int slash = credential.indexOf('/');
        return slash < 0 ? credential : credential.substring(0, slash);
    }
}
