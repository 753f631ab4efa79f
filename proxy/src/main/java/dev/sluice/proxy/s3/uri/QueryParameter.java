package dev.sluice.proxy.s3.uri;

/** The parameters of a query that decide which operation RGW performs. Their names are compared with case. */
public enum QueryParameter {
    ACL,
    BULK_DELETE,
    CORS,
    DELETE,
    LIFECYCLE,
    LOCATION,
    LOGGING,
    MDSEARCH,
    NOTIFICATION,
    OBJECT_LOCK,
    POLICY,
    POLICY_STATUS,
    PUBLIC_ACCESS_BLOCK,
    REPLICATION,
    REQUEST_PAYMENT,
    SELECT_TYPE,
    TAGGING,
    TEMP_URL_SIG,
    UPLOAD_ID,
    UPLOADS,
    USAGE,
    VERSIONING,
    WEBSITE;

    /** The place of this parameter in a set of bits. */
    long bit() {
        return 1L << ordinal();
    }

    /** The bits of several. */
    public static long bitsOf(QueryParameter... parameters) {
        long bits = 0;
        for (QueryParameter parameter : parameters) {
            bits |= parameter.bit();
        }
        return bits;
    }

    /** The bit of the parameter with that name; 0: none of these. */
    static long bitOf(String name) {
        return switch (name) {
            case "acl" -> ACL.bit();
            case "bulk-delete" -> BULK_DELETE.bit();
            case "cors" -> CORS.bit();
            case "delete" -> DELETE.bit();
            case "lifecycle" -> LIFECYCLE.bit();
            case "location" -> LOCATION.bit();
            case "logging" -> LOGGING.bit();
            case "mdsearch" -> MDSEARCH.bit();
            case "notification" -> NOTIFICATION.bit();
            case "object-lock" -> OBJECT_LOCK.bit();
            case "policy" -> POLICY.bit();
            case "policyStatus" -> POLICY_STATUS.bit();
            case "publicAccessBlock" -> PUBLIC_ACCESS_BLOCK.bit();
            case "replication" -> REPLICATION.bit();
            case "requestPayment" -> REQUEST_PAYMENT.bit();
            case "select-type" -> SELECT_TYPE.bit();
            case "tagging" -> TAGGING.bit();
            case "temp_url_sig" -> TEMP_URL_SIG.bit();
            case "uploadId" -> UPLOAD_ID.bit();
            case "uploads" -> UPLOADS.bit();
            case "usage" -> USAGE.bit();
            case "versioning" -> VERSIONING.bit();
            case "website" -> WEBSITE.bit();
            default -> 0;
        };
    }
}
