package dev.sluice.proxy.s3.auth;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The access key of a session of STS and its end, read from RGW's response to AssumeRole or GetSessionToken ({@code
 * rgw_rest_sts.cc}). RGW writes XML, or JSON or HTML if the client asks for it ({@code format}, {@code Accept}): all three are
 * read, or a client could hide its session.
 *
 * <p>A response counts only from its beginning: the outermost element is one of those two, so that no text of a user in another
 * response can pass for one. Of several credentials the first ones count. The access key and the end come before the secret
 * and the token, which are not looked at.
 *
 * @param accessKey never to be logged
 * @param endSeconds since 1970; 0: the response names no end that can be read
 */
public record SessionCredentials(String accessKey, long endSeconds) {
    /** XML, or HTML, which has the same elements around the fields. */
    private static final Pattern MARKUP = Pattern.compile(
            "\\s*(?:<\\?xml[^<>]*>\\s*)?<(AssumeRole|GetSessionToken)Response(?:\\s[^<>]*)?>\\s*<\\1Result>");

    private static final Pattern JSON =
            Pattern.compile("\\s*\\{\\s*(?:\"(?:AssumeRole|GetSessionToken)Response\"\\s*:\\s*\\{\\s*)?"
                    + "\"(?:AssumeRole|GetSessionToken)Result\"\\s*:\\s*\\{\\s*\"Credentials\"\\s*:\\s*\\{");

    private static final String BEGIN = "<Credentials>";
    private static final String END = "</Credentials>";
    private static final String JSON_END = "}";
    private static final Pattern ACCESS_KEY = value("AccessKeyId", "[A-Za-z0-9_]{16,128}");
    private static final Pattern EXPIRATION = value("Expiration", "[0-9TZ:.+-]{16,40}");

    /** As {@code <Name>value<}, {@code <li>Name: value<} or {@code "Name":"value"}. */
    private static Pattern value(String name, String form) {
        return Pattern.compile("(?:<" + name + ">|<li>" + name + ": |\"" + name + "\"\\s*:\\s*\")(" + form + ")[<\"]");
    }

    /** Reads the beginning of a response's body; empty: it is no such response, or not enough of it. */
    public static Optional<SessionCredentials> find(String body) {
        Matcher json = JSON.matcher(body);
        if (json.lookingAt()) {
            return in(body, json.end(), JSON_END);
        }
        Matcher markup = MARKUP.matcher(body);
        int begin = markup.lookingAt() ? body.indexOf(BEGIN, markup.end()) : -1;
        return begin < 0 ? Optional.empty() : in(body, begin, END);
    }

    private static Optional<SessionCredentials> in(String body, int from, String end) {
        int found = body.indexOf(end, from);
        int to = found < 0 ? body.length() : found;
        Matcher key = ACCESS_KEY.matcher(body).region(from, to);
        Matcher expiration = EXPIRATION.matcher(body).region(from, to);
        boolean isWhole = found >= 0;
        boolean hasEnd = expiration.find();
        if (!key.find() || !(hasEnd || isWhole)) {
            return Optional.empty();
        }
        return Optional.of(new SessionCredentials(key.group(1), hasEnd ? seconds(expiration.group(1)) : 0));
    }

    private static long seconds(String time) {
        try {
            return Math.max(0, Instant.parse(time).getEpochSecond());
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    /** Without the access key. */
    @Override
    public String toString() {
        return "SessionCredentials[" + endSeconds + "]";
    }
}
