package dev.sluice.proxy.accesslog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A request line and a referrer without credentials. Of a query only the parameters remain that S3 knows and that never hold
 * a credential; the others become {@code ...}. A list of what is to be left out would be too short one day: RGW compares
 * names without case, decodes them, and has parameters of its own for signatures, tokens and keys.
 */
public final class LoggedUri {
    /** What is left in the place of what was left out. */
    static final String LEFT_OUT = "...";

    private static final Set<String> PARAMETERS = Arrays.stream(
                    ("acl append cors delete delimiter encoding-type encryption "
                                    + "fetch-owner key-marker legal-hold lifecycle limit list-type location logging marker "
                                    + "max-keys max-parts max-uploads notification object-lock partNumber part-number-marker "
                                    + "policy policyStatus position prefix publicAccessBlock range replication requestPayment "
                                    + "restore retention select select-type start-after tagging torrent uploadId "
                                    + "upload-id-marker uploads usage version-id-marker versionId versioning versions website "
                                    + "format multipart-manifest bulk-delete end_marker path reverse")
                            .split(" "))
            .collect(Collectors.toUnmodifiableSet());
    /** In a path or a value: a client that has encoded a {@code ?} or a {@code &}. */
    private static final Pattern CREDENTIAL = Pattern.compile(
            "(signature|credential|accesskey(id)?|access-key|secret-key|token|temp_url_sig)(=|%3d|%253d|:)",
            Pattern.CASE_INSENSITIVE);

    private LoggedUri() {}

    /** The request line, such as {@code GET /bucket/key?acl HTTP/1.1}. */
    public static String ofLine(String line) {
        int method = line.indexOf(' ') + 1;
        int end = line.indexOf(' ', method);
        int targetEnd = end < 0 ? line.length() : end;
        return line.substring(0, method) + ofTarget(line.substring(method, targetEnd)) + line.substring(targetEnd);
    }

    private static String ofTarget(String target) {
        int question = target.indexOf('?');
        String path = withoutCredentials(question < 0 ? target : target.substring(0, question));
        return question < 0 ? path : path + query(target.substring(question + 1));
    }

    private static String query(String query) {
        if (query.isEmpty()) {
            return "?";
        }
        StringBuilder kept = new StringBuilder("?");
        boolean isAll = true;
        for (String parameter : query.split("&", -1)) {
            if (isHarmless(parameter)) {
                kept.append(kept.length() > 1 ? "&" : "").append(parameter);
            } else {
                isAll = false;
            }
        }
        return isAll
                ? kept.toString()
                : kept.append(kept.length() > 1 ? "&" : "").append(LEFT_OUT).toString();
    }

    private static boolean isHarmless(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = equals < 0 ? "" : parameter.substring(equals + 1);
        boolean isPlain = value.indexOf('?') < 0
                && value.indexOf('=') < 0
                && withoutCredentials(value).equals(value);
        return PARAMETERS.contains(name) && isPlain;
    }

    /** A path, a value or another text of the client, up to where a credential may begin. */
    static String withoutCredentials(String text) {
        boolean isEncoded = text.indexOf('%') >= 0;
        if (!isEncoded && text.indexOf('=') < 0 && text.indexOf(':') < 0) {
            return text;
        }
        String decoded = isEncoded ? decode(decode(text)) : text;
        if (!CREDENTIAL.matcher(decoded).find()) {
            return text;
        }
        int cut = text.length();
        String lower = text.toLowerCase(Locale.ROOT);
        for (String separator : new String[] {"%3f", "%26", "%253f", "?", "&", ";"}) {
            int at = lower.indexOf(separator);
            cut = at < 0 ? cut : Math.min(cut, at);
        }
        boolean isCut = cut < text.length()
                && !CREDENTIAL.matcher(decode(decode(text.substring(0, cut)))).find();
        return isCut ? text.substring(0, cut) + LEFT_OUT : text.startsWith("/") ? "/" + LEFT_OUT : LEFT_OUT;
    }

    /** A referrer: without its query, fragment and user. A page may have come by a presigned URL. */
    static String ofReferrer(String referrer) {
        int end = referrer.length();
        for (char separator : new char[] {'?', '#'}) {
            int at = referrer.indexOf(separator);
            end = at < 0 ? end : Math.min(end, at);
        }
        String page = withoutCredentials(referrer.substring(0, end));
        int host = page.indexOf("//") + 2;
        int slash = page.indexOf('/', Math.min(host, page.length()));
        int at = page.lastIndexOf('@', slash < 0 ? page.length() : slash);
        String shown = host >= 2 && at >= host ? page.substring(0, host) + page.substring(at + 1) : page;
        return end < referrer.length() ? shown + referrer.charAt(end) + LEFT_OUT : shown;
    }

    /** Escapes of ASCII become what they stand for; others stay. */
    private static String decode(String text) {
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low >= 0) {
                decoded.append((char) (high << 4 | low));
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }
}
