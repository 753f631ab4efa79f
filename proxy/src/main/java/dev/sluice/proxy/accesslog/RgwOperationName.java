package dev.sluice.proxy.accesslog;

import java.util.List;
import java.util.Map;

/**
 * The name that RGW gives to an operation in its ops log ({@code name()} of the classes in {@code rgw_op.h} and {@code
 * rgw_rest_s3.h}). What this doesn't know has the name of the plain request with that method.
 */
final class RgwOperationName {
    /** A sub-resource of a bucket or of an object, and what it is called in names of operations. */
    private record SubResource(String parameter, String name, String ofWrite) {
        SubResource(String parameter, String name) {
            this(parameter, name, "put_");
        }
    }

    private static final List<SubResource> OF_BUCKETS = List.of(
            new SubResource("acl", "acls"),
            new SubResource("cors", "cors"),
            new SubResource("lifecycle", "lifecycle"),
            new SubResource("location", "bucket_location"),
            new SubResource("logging", "bucket_logging"),
            new SubResource("notification", "bucket_notification"),
            new SubResource("object-lock", "bucket_object_lock"),
            new SubResource("policystatus", "bucket_policy_status"),
            new SubResource("policy", "bucket_policy"),
            new SubResource("publicaccessblock", "bucket_public_access_block"),
            new SubResource("encryption", "bucket_encryption"),
            new SubResource("replication", "bucket_replication"),
            new SubResource("requestpayment", "request_payment", "set_"),
            new SubResource("tagging", "bucket_tags"),
            new SubResource("versioning", "bucket_versioning", "set_"),
            new SubResource("website", "bucket_website", "set_"));
    private static final List<SubResource> OF_OBJECTS = List.of(
            new SubResource("acl", "acls"),
            new SubResource("tagging", "obj_tags"),
            new SubResource("retention", "obj_retention"),
            new SubResource("legal-hold", "obj_legal_hold"));
    private static final Map<String, String> PLAIN_OF_OBJECTS =
            Map.of("GET", "get_obj", "HEAD", "get_obj", "PUT", "put_obj", "DELETE", "delete_obj", "POST", "post_obj");
    private static final Map<String, String> PLAIN_OF_BUCKETS = Map.of(
            "GET",
            "list_bucket",
            "HEAD",
            "stat_bucket",
            "PUT",
            "create_bucket",
            "DELETE",
            "delete_bucket",
            "POST",
            "post_obj");

    private RgwOperationName() {}

    /** The name; empty: it can't be known. */
    static String of(LoggedTarget target, boolean isCopy) {
        if (target.isAdmin()) {
            return "";
        }
        if (target.method().equals("OPTIONS")) {
            return "options_cors";
        }
        if (target.hasKey()) {
            return ofObject(target, isCopy);
        }
        if (target.hasBucket()) {
            return ofBucket(target);
        }
        return ofService(target);
    }

    private static String ofObject(LoggedTarget target, boolean isCopy) {
        String method = target.method();
        if (target.isSwift()) {
            return method.equals("POST") ? "put_obj_metadata" : PLAIN_OF_OBJECTS.getOrDefault(method, "");
        }
        if (target.asks("uploadid")) {
            return switch (method) {
                case "GET", "HEAD" -> "list_multipart";
                case "PUT" -> "put_obj";
                case "POST" -> "complete_multipart";
                case "DELETE" -> "abort_multipart";
                default -> "";
            };
        }
        if (method.equals("POST") && target.asks("uploads")) {
            return "init_multipart";
        }
        if (method.equals("PUT") && isCopy) {
            return "copy_obj";
        }
        return subResource(target, OF_OBJECTS, PLAIN_OF_OBJECTS);
    }

    private static String ofBucket(LoggedTarget target) {
        String method = target.method();
        if (target.isSwift()) {
            return method.equals("POST") ? "put_bucket_metadata" : PLAIN_OF_BUCKETS.getOrDefault(method, "");
        }
        if (method.equals("POST") && target.asks("delete")) {
            return "multi_object_delete";
        }
        if (method.equals("GET") && target.asks("uploads")) {
            return "list_bucket_multiparts";
        }
        return subResource(target, OF_BUCKETS, PLAIN_OF_BUCKETS);
    }

    private static String subResource(LoggedTarget target, List<SubResource> known, Map<String, String> plain) {
        for (SubResource sub : known) {
            if (!target.parameters().isEmpty() && target.asks(sub.parameter())) {
                String verb = switch (target.method()) {
                    case "GET", "HEAD" -> "get_";
                    case "DELETE" -> "delete_";
                    default -> sub.ofWrite();
                };
                return verb + sub.name();
            }
        }
        return plain.getOrDefault(target.method(), "");
    }

    private static String ofService(LoggedTarget target) {
        if (target.isSwift()) {
            return target.method().equals("HEAD") ? "stat_account" : "list_buckets";
        }
        boolean isList = target.method().equals("GET") || target.method().equals("HEAD");
        return isList ? target.asks("usage") ? "get_self_usage" : "list_buckets" : "";
    }
}
