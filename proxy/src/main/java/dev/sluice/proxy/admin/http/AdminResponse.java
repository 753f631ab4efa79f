package dev.sluice.proxy.admin.http;

/** What a handler returns: a record as JSON, bytes of any other type, or a stream. */
public sealed interface AdminResponse permits JsonResponse, ContentResponse, StreamResponse {
    /** The HTTP status. */
    int status();

    /** An error, in the shape that all errors of the admin port have. */
    static JsonResponse error(int status, String message) {
        return JsonResponse.of(status, new JsonResponse.ErrorBody(message));
    }
}
