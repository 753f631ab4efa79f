package dev.sluice.proxy.s3.uri;

import java.util.Locale;
import java.util.function.Predicate;

/**
 * Looks up parameters in a raw query string without building a map: most requests have few or none.
 *
 * @param raw the text behind the {@code ?}, as received; empty: none
 */
public record QueryString(String raw) {
    /** Returns the decoded value of the first parameter of that name; empty if it is absent or has no value. */
    public String value(String name) {
        return find(name::equals);
    }

    /** Returns the same for RGW's {@code X-Amz-} parameters, whose case does not matter. */
    public String valueIgnoringCase(String name) {
        return find(name::equalsIgnoreCase);
    }

    private String find(Predicate<String> wanted) {
        int from = 0;
        while (from < raw.length()) {
            int end = endOfParameter(from);
            int equals = raw.indexOf('=', from);
            if (equals >= 0 && equals < end && wanted.test(PercentDecoder.query(raw.substring(from, equals)))) {
                return PercentDecoder.query(raw.substring(equals + 1, end));
            }
            from = end + 1;
        }
        return "";
    }

    /** Whether there is a parameter whose name, in lower case, satisfies the test. */
    public boolean has(Predicate<String> wanted) {
        int from = 0;
        while (from < raw.length()) {
            int end = endOfParameter(from);
            int equals = raw.indexOf('=', from);
            int nameEnd = equals >= 0 && equals < end ? equals : end;
            if (wanted.test(PercentDecoder.query(raw.substring(from, nameEnd)).toLowerCase(Locale.ROOT))) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private int endOfParameter(int from) {
        int ampersand = raw.indexOf('&', from);
        return ampersand < 0 ? raw.length() : ampersand;
    }
}
