package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.s3.auth.AccessKeyParser;
import dev.sluice.proxy.s3.uri.PercentDecoder;
import dev.sluice.proxy.s3.uri.QueryString;
import java.util.Set;

/** Reads an {@link S3Request} from a request head. Immutable, thread-safe. */
public final class S3RequestParser {
    /** GETs of a bucket with one of these read a setting; every other GET of a bucket lists it. */
    private static final Set<String> BUCKET_SETTINGS = Set.of(
            "accelerate",
            "acl",
            "analytics",
            "cors",
            "encryption",
            "intelligent-tiering",
            "inventory",
            "lifecycle",
            "location",
            "logging",
            "metrics",
            "notification",
            "object-lock",
            "ownershipcontrols",
            "policy",
            "policystatus",
            "publicaccessblock",
            "replication",
            "requestpayment",
            "tagging",
            "usage",
            "versioning",
            "website");

    private final HostDomains domains;

    public S3RequestParser(HostDomains domains) {
        this.domains = domains;
    }

    /**
     * Reads a head. The result is always a request: one that can't be understood has no bucket or no key, and RGW will
     * reject it.
     *
     * @param target the request target in origin form, as received, one char for each byte (ISO 8859-1)
     * @param host the Host header; empty: none
     * @param authorization the Authorization header; empty: none
     */
    public S3Request parse(String method, String target, String host, String authorization) {
        int question = target.indexOf('?');
        String rawPath = question < 0 ? target : target.substring(0, question);
        QueryString query = new QueryString(question < 0 ? "" : target.substring(question + 1));
        String path = PercentDecoder.path(rawPath);
        String accessKey = AccessKeyParser.find(authorization, query);
        String hosted = domains.bucketOf(host);
        if (hosted.isEmpty()) {
            GatewayApi api = api(method, path, accessKey);
            if (api != GatewayApi.S3) {
                return new S3Request(api, plainClass(method), "", "", accessKey);
            }
        }
        String named = hosted.isEmpty() ? firstSegment(path) : hosted;
        boolean hasKey = hosted.isEmpty() ? path.length() > named.length() + 2 : path.length() > 1;
        OperationClass operation = classify(method, query, !named.isEmpty(), hasKey);
        int colon = named.indexOf(':');
        if (colon < 0) {
            return new S3Request(GatewayApi.S3, operation, "", named, accessKey);
        }
        String tenant = colon == 0 ? S3Request.NO_TENANT : named.substring(0, colon);
        return new S3Request(GatewayApi.S3, operation, tenant, named.substring(colon + 1), accessKey);
    }

    private static GatewayApi api(String method, String path, String accessKey) {
        if (path.equals("/swift/healthcheck")) {
            return GatewayApi.PROBE;
        }
        if (isUnder(path, "/admin")) {
            return GatewayApi.ADMIN;
        }
        if (isUnder(path, "/swift") || isUnder(path, "/auth")) {
            return GatewayApi.SWIFT;
        }
        boolean probing = method.equals("HEAD") || method.equals("OPTIONS");
        return probing && accessKey.isEmpty() && (path.equals("/") || path.equals("*"))
                ? GatewayApi.PROBE
                : GatewayApi.S3;
    }

    private static boolean isUnder(String path, String root) {
        return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
    }

    private static String firstSegment(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return "";
        }
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path.substring(1) : path.substring(1, slash);
    }

    private static OperationClass plainClass(String method) {
        return method.equals("GET") || method.equals("HEAD") ? OperationClass.READ : OperationClass.WRITE;
    }

    private static OperationClass classify(String method, QueryString query, boolean hasBucket, boolean hasKey) {
        return switch (method) {
            case "HEAD" -> OperationClass.READ;
            case "GET" ->
                !hasKey && (!hasBucket || !query.has(BUCKET_SETTINGS::contains))
                        ? OperationClass.LIST
                        : OperationClass.READ;
            case "DELETE" -> OperationClass.DELETE;
            case "POST" ->
                hasBucket && !hasKey && query.has("delete"::equals) ? OperationClass.DELETE : OperationClass.WRITE;
            default -> OperationClass.WRITE;
        };
    }
}
