package dev.sluice.policy.identity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An access key that is a token for LDAP ({@code rgw_token.h}): JSON in base64 with the name of a user and a password, {@code
 * {"RGW_TOKEN":{"version":1,"type":"ldap","id":"dave","key":"..."}}}. Such a key must get into no log and no table.
 *
 * <p>Its user is the {@code id}. Only a token that can be read in one way counts: in whatever way RGW reads base64 and JSON, a
 * client must not be one user for RGW and another one here. All others have one user together: there are endless ways to write
 * a token, and each must not be another user.
 */
public final class LdapToken {
    private static final int CHARS_MIN = 40;
    /** The user of all tokens that can't be read, or can be read in several ways. No user of Ceph has a colon in its name. */
    static final String UNREAD = "ldap:unread";

    private static final String MARK = "RGW_TOKEN";
    private static final int ID_CHARS_MAX = 256;

    private final String text;
    private int at;
    private boolean hasEscape;

    private LdapToken(String text) {
        this.text = text;
    }

    /** Whether an access key may be such a token: whatever is JSON in base64. */
    public static boolean isOne(String accessKey) {
        if (accessKey.length() < CHARS_MIN) {
            return false;
        }
        String text = decoded(Base64.getMimeDecoder(), accessKey).strip();
        return text.startsWith("{") && text.indexOf('"') > 0 && text.indexOf(':') > 0;
    }

    /** The user in a token; {@link #UNREAD} if the token can be read in several ways. */
    static String userOf(String accessKey) {
        String id = new LdapToken(decoded(Base64.getDecoder(), accessKey)).read();
        return id == null ? UNREAD : id;
    }

    private static String decoded(Base64.Decoder decoder, String accessKey) {
        try {
            return new String(decoder.decode(accessKey), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private @Nullable String read() {
        if (!take('{') || !MARK.equals(string()) || !take(':') || !take('{')) {
            return null;
        }
        String id = null;
        do {
            String name = string();
            if (name == null || hasEscape || !take(':')) {
                return null;
            }
            String value = text.startsWith("\"", at) ? string() : number();
            boolean isId = name.equals("id");
            if (value == null || (isId && (id != null || hasEscape))) {
                return null;
            }
            id = isId ? value : id;
        } while (take(','));
        boolean isWhole = take('}') && isLast('}');
        return isWhole && id != null && isName(id) ? id : null;
    }

    private static boolean isName(String id) {
        return !id.isEmpty()
                && id.length() <= ID_CHARS_MAX
                && id.codePoints().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD' || c == ':');
    }

    /** Takes a character and the white space behind it. */
    private boolean take(char expected) {
        skipBlanks();
        if (!text.startsWith(String.valueOf(expected), at)) {
            return false;
        }
        at++;
        skipBlanks();
        return true;
    }

    private boolean isLast(char expected) {
        return take(expected) && at == text.length();
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** The characters of a string as they are written; null: there is none. */
    private @Nullable String string() {
        if (!text.startsWith("\"", at)) {
            return null;
        }
        int from = at + 1;
        int to = from;
        hasEscape = false;
        while (to < text.length() && text.charAt(to) != '"') {
            boolean isEscape = text.charAt(to) == '\\';
            hasEscape |= isEscape;
            to += isEscape ? 2 : 1;
        }
        if (to >= text.length()) {
            return null;
        }
        at = to + 1;
        return text.substring(from, to);
    }

    private @Nullable String number() {
        int from = at;
        hasEscape = false;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            at++;
        }
        return at == from ? null : text.substring(from, at);
    }
}
