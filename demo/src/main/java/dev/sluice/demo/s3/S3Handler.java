package dev.sluice.demo.s3;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.CrossOriginResourceSharing;
import org.gaul.s3proxy.S3ProxyHandler;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** s3proxy's request handler; turns exceptions into S3 error responses. */
final class S3Handler extends S3ProxyHandler {
    private static final long MAX_OBJECT_BYTES = 1L << 30;
    private static final long MAX_SIGNED_BODY_BYTES = 128 << 20;
    private static final int MAX_CHUNK_BYTES = 16 << 20;
    private static final int MAX_SKEW_SECONDS = 900;

    /**
     * Creates a handler of a store.
     *
     * @param domain of buckets in the Host header; null: buckets are in the path
     */
    S3Handler(BlobStore store, @Nullable String domain) {
        super(
                store,
                AuthenticationType.AWS_V2_OR_V4,
                "replaced",
                "by the locator",
                domain,
                MAX_OBJECT_BYTES,
                MAX_SIGNED_BODY_BYTES,
                MAX_CHUNK_BYTES,
                // Clients of real gateways send headers that s3proxy does not know, and rejects by default.
                true,
                CrossOriginResourceSharing.disabled(),
                "",
                MAX_SKEW_SECONDS);
    }

    void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try (var body = request.getInputStream()) {
            doHandle(request, request, response, body, new RequestContext());
        } catch (IllegalArgumentException e) {
            refuse(request, response, 400, "InvalidArgument", e.getMessage());
        } catch (UnsupportedOperationException e) {
            refuse(request, response, 501, "NotImplemented", e.getMessage());
        } catch (IOException | RuntimeException e) {
            // The exception of a wrong checksum is wrapped by the reader of the body.
            var refusal = refusalIn(e);
            if (refusal == null) {
                throw e;
            }
            refuse(request, response, refusal);
        }
    }

    private static @Nullable AwsServiceException refusalIn(Exception thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof AwsServiceException found) {
                return found;
            }
        }
        return null;
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, AwsServiceException e)
            throws IOException {
        var details = e.awsErrorDetails();
        var http = details == null ? null : details.sdkHttpResponse();
        if (http != null) {
            for (var name : List.of("ETag", "Allow", "x-amz-delete-marker", "x-amz-version-id")) {
                http.firstMatchingHeader(name).ifPresent(value -> response.setHeader(name, value));
            }
        }
        var code = details == null ? null : details.errorCode();
        if (e.statusCode() == HttpServletResponse.SC_NOT_MODIFIED) {
            response.setStatus(e.statusCode());
        } else {
            var named = code == null || code.isEmpty() ? code(e.statusCode()) : code;
            refuse(request, response, e.statusCode(), named, e.getMessage());
        }
    }

    private void refuse(
            HttpServletRequest request, HttpServletResponse response, int status, String code, @Nullable String message)
            throws IOException {
        sendSimpleErrorResponse(request, response, code, status, message == null ? "" : message, Map.of());
    }

    /** Exceptions of the store may have a status and no code. */
    private static String code(int status) {
        return switch (status) {
            case 400 -> "BadDigest";
            case 405 -> "MethodNotAllowed";
            case 412 -> "PreconditionFailed";
            case 416 -> "InvalidRange";
            default -> "AccessDenied";
        };
    }
}
