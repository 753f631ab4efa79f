package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.s3.uri.QueryParameter;
import dev.sluice.proxy.s3.uri.QueryString;

/**
 * The class of an operation, in the order in which RGW's handlers look for it ({@code rgw_rest_s3.cc}, {@code
 * rgw_rest_swift.cc}). A GET of a bucket lists it unless it names one of RGW's own settings of a bucket: what this package
 * does not know is a list, and so is {@code encryption}, which release 16 does not know.
 */
final class OperationClassifier {
    /** RGW looks for these before {@code uploads}. */
    private static final long SETTINGS_BEFORE_UPLOADS = QueryParameter.bitsOf(
            QueryParameter.LOGGING,
            QueryParameter.LOCATION,
            QueryParameter.VERSIONING,
            QueryParameter.WEBSITE,
            QueryParameter.MDSEARCH,
            QueryParameter.ACL,
            QueryParameter.CORS,
            QueryParameter.REQUEST_PAYMENT);

    private static final long SETTINGS_AFTER_UPLOADS = QueryParameter.bitsOf(
            QueryParameter.LIFECYCLE,
            QueryParameter.POLICY,
            QueryParameter.TAGGING,
            QueryParameter.OBJECT_LOCK,
            QueryParameter.NOTIFICATION,
            QueryParameter.REPLICATION,
            QueryParameter.POLICY_STATUS,
            QueryParameter.PUBLIC_ACCESS_BLOCK);

    private OperationClassifier() {}

    static OperationClass ofS3(String method, QueryString query, boolean hasBucket, boolean hasKey) {
        boolean isBucket = hasBucket && !hasKey;
        return switch (method) {
            case "GET" -> ofGet(query, hasBucket, isBucket);
            case "HEAD" ->
                isBucket && query.has(QueryParameter.UPLOADS) && !query.has(QueryParameter.ACL)
                        ? OperationClass.LIST
                        : OperationClass.READ;
            case "OPTIONS" -> OperationClass.READ;
            case "DELETE" -> OperationClass.DELETE;
            case "POST" -> ofPost(query, hasBucket, isBucket);
            default -> OperationClass.WRITE;
        };
    }

    private static OperationClass ofGet(QueryString query, boolean hasBucket, boolean isBucket) {
        if (!hasBucket) {
            return query.has(QueryParameter.USAGE) ? OperationClass.READ : OperationClass.LIST;
        }
        if (!isBucket || query.hasAnyOf(SETTINGS_BEFORE_UPLOADS)) {
            return OperationClass.READ;
        }
        boolean isSetting = !query.has(QueryParameter.UPLOADS) && query.hasAnyOf(SETTINGS_AFTER_UPLOADS);
        return isSetting ? OperationClass.READ : OperationClass.LIST;
    }

    private static OperationClass ofPost(QueryString query, boolean hasBucket, boolean isBucket) {
        if (isBucket) {
            return query.has(QueryParameter.DELETE) ? OperationClass.DELETE : OperationClass.WRITE;
        }
        boolean isSelect = hasBucket
                && query.has(QueryParameter.SELECT_TYPE)
                && !query.has(QueryParameter.UPLOAD_ID)
                && !query.has(QueryParameter.UPLOADS);
        return isSelect ? OperationClass.READ : OperationClass.WRITE;
    }

    /** Whether RGW takes a POST for a browser's form. */
    static boolean isFormUpload(QueryString query, boolean hasBucket, boolean hasKey) {
        if (!hasBucket) {
            return false;
        }
        return hasKey
                ? !query.has(QueryParameter.UPLOAD_ID)
                        && !query.has(QueryParameter.UPLOADS)
                        && !query.has(QueryParameter.SELECT_TYPE)
                : !query.has(QueryParameter.DELETE) && !query.has(QueryParameter.MDSEARCH);
    }

    static OperationClass ofSwift(String method, QueryString query, boolean hasContainer, boolean hasObject) {
        return switch (method) {
            case "GET" -> hasObject ? OperationClass.READ : OperationClass.LIST;
            case "HEAD", "OPTIONS" -> OperationClass.READ;
            case "DELETE" -> OperationClass.DELETE;
            case "POST" ->
                !hasContainer && query.has(QueryParameter.BULK_DELETE) ? OperationClass.DELETE : OperationClass.WRITE;
            default -> OperationClass.WRITE;
        };
    }
}
