package dev.sluice.policy.rgw;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Recognises an access key that is a token for LDAP: it holds a password, which must not get into RGW's access log. */
final class LdapToken {
    private static final int CHARS_MIN = 40;
    private static final String MARK = "RGW_TOKEN";

    private LdapToken() {}

    static boolean isOne(String accessKey) {
        if (accessKey.length() < CHARS_MIN) {
            return false;
        }
        try {
            byte[] decoded = Base64.getMimeDecoder().decode(accessKey);
            return new String(decoded, StandardCharsets.ISO_8859_1).contains(MARK);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
