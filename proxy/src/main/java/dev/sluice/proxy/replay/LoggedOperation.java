package dev.sluice.proxy.replay;

import dev.sluice.limits.model.OperationClass;
import java.util.Set;

/**
 * What an entry of an ops log counts as. RGW names the operation, and the method of the request decides where a name stands
 * for several: {@code HEAD} and {@code GET} are {@code get_obj} both.
 */
final class LoggedOperation {
    private static final Set<String> DELETES_BY_POST = Set.of("multi_object_delete", "bulk_delete");
    /** A GET of an object, which the limits count as a read. */
    private static final String LIST_PARTS = "list_multipart";

    private LoggedOperation() {}

    /**
     * The class of limits.
     *
     * @param operation as RGW names it
     * @param method of HTTP; empty: not known
     */
    static OperationClass classOf(String operation, String method) {
        boolean isList = operation.startsWith("list_") && !operation.equals(LIST_PARTS);
        return switch (method) {
            case "GET" -> isList ? OperationClass.LIST : OperationClass.READ;
            case "HEAD", "OPTIONS" -> OperationClass.READ;
            case "DELETE" -> OperationClass.DELETE;
            case "POST" -> ofPost(operation);
            case "PUT" -> OperationClass.WRITE;
            default -> byName(operation, isList);
        };
    }

    private static OperationClass ofPost(String operation) {
        if (DELETES_BY_POST.contains(operation)) {
            return OperationClass.DELETE;
        }
        // SelectObjectContent
        return operation.startsWith("get_obj") ? OperationClass.READ : OperationClass.WRITE;
    }

    private static OperationClass byName(String operation, boolean isList) {
        if (isList) {
            return OperationClass.LIST;
        }
        if (operation.startsWith("delete_") || operation.startsWith("abort_") || DELETES_BY_POST.contains(operation)) {
            return OperationClass.DELETE;
        }
        boolean isRead = operation.startsWith("get_") || operation.startsWith("stat_") || operation.equals(LIST_PARTS);
        return isRead ? OperationClass.READ : OperationClass.WRITE;
    }

    /** Whether no limit applies: probes and the Admin API. */
    static boolean isExempt(String operation, String method, String target, String user) {
        if (operation.equals("get_health_check") || target.equals("/admin") || target.startsWith("/admin/")) {
            return true;
        }
        boolean isProbe = method.equals("HEAD") || method.equals("OPTIONS");
        return user.isEmpty() && isProbe && target.equals("/");
    }
}
