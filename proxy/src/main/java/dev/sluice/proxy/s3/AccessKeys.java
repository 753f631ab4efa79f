package dev.sluice.proxy.s3;

/**
 * Finds the access key that a request claims, where RGW's {@code rgw_auth_s3.cc} looks for it: an Authorization header
 * wins over the query; V4 before V2. A claim is not proof: the signature is RGW's to check.
 */
final class AccessKeys {
    private static final String V4 = "AWS4-HMAC-SHA256";
    private static final String V2 = "AWS ";
    private static final String CREDENTIAL = "Credential=";

    private AccessKeys() {}

    /** The claimed access key; empty: anonymous. */
    static String find(String authorization, Query query) {
        if (!authorization.isEmpty()) {
            return fromHeader(authorization);
        }
        if (query.raw().isEmpty()) {
            return "";
        }
        String credential = query.valueIgnoringCase("X-Amz-Credential");
        return credential.isEmpty() ? query.value("AWSAccessKeyId") : beforeScope(credential);
    }

    private static String fromHeader(String authorization) {
        if (authorization.startsWith(V4)) {
            // RGW keeps the last of several.
            int at = authorization.lastIndexOf(CREDENTIAL);
            if (at < 0) {
                return "";
            }
            int from = at + CREDENTIAL.length();
            int comma = authorization.indexOf(',', from);
            return beforeScope(authorization.substring(from, comma < 0 ? authorization.length() : comma));
        }
        if (authorization.startsWith(V2)) {
            int colon = authorization.lastIndexOf(':');
            return colon < V2.length()
                    ? ""
                    : authorization.substring(V2.length(), colon).strip();
        }
        return "";
    }

    private static String beforeScope(String credential) {
        int slash = credential.indexOf('/');
        return (slash < 0 ? credential : credential.substring(0, slash)).strip();
    }
}
