package dev.sluice.proxy.s3.auth;

import java.util.Locale;

/** The boundary between the parts of a browser's form, from its Content-Type. */
public final class FormBoundary {
    /** RFC 2046 allows 70 characters; RGW has no limit. */
    private static final int CHARS_MAX = 256;

    private FormBoundary() {}

    /** The boundary; empty: this is no form with parts, or has no boundary that can be used. */
    public static String of(String contentType) {
        String[] parts = contentType.split(";", -1);
        if (!parts[0].strip().toLowerCase(Locale.ROOT).equals("multipart/form-data")) {
            return "";
        }
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0 && parts[i].substring(0, equals).strip().equalsIgnoreCase("boundary")) {
                String boundary = unquoted(parts[i].substring(equals + 1).strip());
                return boundary.length() > CHARS_MAX ? "" : boundary;
            }
        }
        return "";
    }

    static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && text.charAt(0) == '"' && text.charAt(text.length() - 1) == '"';
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
