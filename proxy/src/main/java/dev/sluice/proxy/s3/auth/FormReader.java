package dev.sluice.proxy.s3.auth;

import dev.sluice.proxy.s3.uri.PercentDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Reads who a form is from, in the first bytes of its body.
 *
 * <p>A browser's form ({@code multipart/form-data}) carries its credential in fields before the file. As in RGW ({@code
 * RGWPostObj_ObjStore_S3::get_policy}), only a form with a {@code policy} has one: V4 if its algorithm is named, else V2;
 * the case of field names does not matter, and the last of several counts. What comes behind the first
 * {@value #BYTES_MAX} bytes is not read, which is the size that S3 allows the fields together. RGW allows more: such a
 * form is cut ({@link #isCut}).
 *
 * <p>A form for STS names its action. One pass over the bytes; a form that breaks any rule has no credential.
 */
public final class FormReader {
    /** The most that is read of a body. */
    public static final int BYTES_MAX = 20 * 1024;

    private static final String V4 = "AWS4-HMAC-SHA256";
    private static final String DISPOSITION = "content-disposition:";

    private final String text;
    private final String delimiter;
    private boolean hasPolicy;
    private boolean hasEnd;
    private String algorithm = "";
    private String credential = "";
    private String accessKeyId = "";

    private FormReader(String text, String boundary) {
        this.text = text;
        this.delimiter = "--" + boundary;
    }

    /** Reads the fields of a browser's form, whose first bytes are {@code body[from, to)}. */
    public static FormReader of(byte[] body, int from, int to, String boundary) {
        FormReader reader = new FormReader(text(body, from, to), boundary);
        reader.read();
        return reader;
    }

    /**
     * The access key that the form claims.
     *
     * @param claimed the access key that the request's head claims, which counts for a form without a policy
     * @return empty: anonymous
     */
    public String accessKey(String claimed) {
        return hasPolicy ? accessKey() : claimed;
    }

    /** Whether there may be more fields behind what is read. */
    public boolean isCut() {
        return !hasEnd && text.length() == BYTES_MAX;
    }

    /**
     * The action of a form for STS or IAM.
     *
     * @param inQuery the action that the query names, which counts if the body names none
     * @return empty: none
     */
    public static String action(byte[] body, int from, int to, String inQuery) {
        String text = text(body, from, to);
        String action = inQuery;
        int at = 0;
        while (at < text.length()) {
            int ampersand = text.indexOf('&', at);
            int end = ampersand < 0 ? text.length() : ampersand;
            if (text.startsWith("Action=", at)) {
                action = PercentDecoder.path(text.substring(at + "Action=".length(), end));
            }
            at = end + 1;
        }
        return action;
    }

    private static String text(byte[] body, int from, int to) {
        return new String(body, from, Math.min(to - from, BYTES_MAX), StandardCharsets.ISO_8859_1);
    }

    private String accessKey() {
        if (!algorithm.equals(V4)) {
            return accessKeyId;
        }
        int slash = credential.indexOf('/');
        return slash < 0 ? credential : credential.substring(0, slash);
    }

    private void read() {
        int at = text.indexOf(delimiter);
        while (at >= 0) {
            at = part(at + delimiter.length());
        }
    }

    /** Reads the part behind a delimiter. Returns where the next delimiter begins, or -1: the fields end. */
    private int part(int from) {
        int line = text.indexOf("\r\n", from);
        hasEnd = text.startsWith("--", from);
        if (line < 0 || hasEnd) {
            return -1;
        }
        line += 2;
        String name = "";
        while (true) {
            int end = text.indexOf("\r\n", line);
            if (end < 0) {
                return -1;
            }
            if (end == line) {
                break;
            }
            if (text.regionMatches(true, line, DISPOSITION, 0, DISPOSITION.length())) {
                name = nameIn(text.substring(line + DISPOSITION.length(), end));
            }
            line = end + 2;
        }
        if (name.equalsIgnoreCase("file")) {
            hasEnd = true;
            return -1;
        }
        int value = line + 2;
        int end = text.indexOf("\r\n" + delimiter, value);
        if (end < 0) {
            return -1;
        }
        keep(name, text.substring(value, end));
        return end + 2;
    }

    private void keep(String name, String value) {
        if (name.equalsIgnoreCase("policy")) {
            hasPolicy = true;
        } else if (name.equalsIgnoreCase("x-amz-algorithm")) {
            algorithm = value;
        } else if (name.equalsIgnoreCase("x-amz-credential")) {
            credential = value;
        } else if (name.equalsIgnoreCase("AWSAccessKeyId")) {
            accessKeyId = value;
        }
    }

    private static String nameIn(String disposition) {
        int at = 0;
        while (at < disposition.length()) {
            int semicolon = disposition.indexOf(';', at);
            int end = semicolon < 0 ? disposition.length() : semicolon;
            int equals = disposition.indexOf('=', at);
            if (equals >= 0
                    && equals < end
                    && disposition.substring(at, equals).strip().equalsIgnoreCase("name")) {
                return FormBoundary.unquoted(
                        disposition.substring(equals + 1, end).strip());
            }
            at = end + 1;
        }
        return "";
    }
}
