package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.s3.auth.AccessKeyParser;
import dev.sluice.proxy.s3.auth.FormBoundary;
import dev.sluice.proxy.s3.uri.PercentDecoder;
import dev.sluice.proxy.s3.uri.QueryString;

/** Reads a {@link GatewayRequest} from a request head. Immutable, thread-safe. */
public final class S3RequestParser {
    private final GatewayLayout layout;
    private final SwiftRequestParser swift;

    public S3RequestParser(GatewayLayout layout) {
        this.layout = layout;
        this.swift = new SwiftRequestParser(layout.roots().isAccountInSwiftUrl());
    }

    /**
     * Reads a head. The result is always a request: one that can't be understood has no bucket or no key, and RGW will
     * reject it.
     *
     * @param target the request target in origin form, as received, one char for each byte (ISO 8859-1)
     * @param host the Host header; empty: none
     * @param authorization the Authorization header; empty: none
     */
    public GatewayRequest parse(String method, String target, String host, String authorization, HeaderValues headers) {
        int question = target.indexOf('?');
        String rawPath = question < 0 ? target : target.substring(0, question);
        QueryString query = question < 0 ? QueryString.EMPTY : QueryString.of(target.substring(question + 1));
        String accessKey = AccessKeyParser.find(authorization, query);
        String hosted = layout.domains().bucketOf(host);
        if (hosted.isEmpty()
                && accessKey.isEmpty()
                && authorization.isEmpty()
                && layout.probes().matches(method, target, host, headers)) {
            return ExemptRequest.PROBE;
        }
        // RGW puts the bucket of the Host in front of the path, and decodes and routes the whole.
        String path = PercentDecoder.path(hosted.isEmpty() ? rawPath : joined(hosted, rawPath));
        GatewayRoots roots = layout.roots();
        return switch (roots.apiOf(path)) {
            case ADMIN -> ExemptRequest.ADMIN;
            case SWIFT -> {
                String swiftPath = roots.swiftPath(path);
                boolean isAnonymous = accessKey.isEmpty() && authorization.isEmpty();
                yield isAnonymous && SwiftRequestParser.isHealthCheck(method, swiftPath, headers)
                        ? ExemptRequest.PROBE
                        : swiftOr(swift.parse(method, swiftPath, query, headers), method, path, query, accessKey);
            }
            case SWIFT_AUTH -> swiftOr(SwiftRequestParser.forToken(headers), method, path, query, accessKey);
            case S3 -> s3(method, path, query, accessKey, headers);
        };
    }

    private static String joined(String hosted, String rawPath) {
        return rawPath.startsWith("/") ? "/" + hosted + rawPath : "/" + hosted + "/" + rawPath;
    }

    private static GatewayRequest swiftOr(
            SwiftRequest request, String method, String path, QueryString query, String accessKey) {
        return accessKey.isEmpty() ? request : new S3InSwiftPath(object(method, path, query, accessKey), request);
    }

    private static GatewayRequest s3(
            String method, String path, QueryString query, String accessKey, HeaderValues headers) {
        S3Request request = object(method, path, query, accessKey);
        boolean isPost = method.equals("POST");
        String named = GatewayRoots.firstSegment(path);
        if (isPost && named.isEmpty()) {
            return new FormRequest(request, "", query.action());
        }
        if (query.action().equals(WebIdentityRequest.ACTION) && !accessKey.isEmpty()) {
            return new WebIdentityRequest(request);
        }
        if (!isPost) {
            return request;
        }
        if (!OperationClassifier.isFormUpload(query, true, hasKey(path, named))) {
            return request;
        }
        String boundary = FormBoundary.of(headers.last("content-type"));
        return boundary.isEmpty() ? request : new FormRequest(request, boundary, "");
    }

    private static S3Request object(String method, String path, QueryString query, String accessKey) {
        String named = GatewayRoots.firstSegment(path);
        OperationClass operation = OperationClassifier.ofS3(method, query, !named.isEmpty(), hasKey(path, named));
        int colon = named.indexOf(':');
        if (colon < 0) {
            return new S3Request(operation, "", named, accessKey);
        }
        String tenant = colon == 0 ? S3Request.NO_TENANT : named.substring(0, colon);
        return new S3Request(operation, tenant, named.substring(colon + 1), accessKey);
    }

    private static boolean hasKey(String path, String bucket) {
        return path.length() > bucket.length() + 2;
    }
}
