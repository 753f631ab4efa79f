package dev.sluice.proxy.response;

/** The errors that the sidecar itself responds with, apart from a rejection by a limit. */
public enum ErrorKind {
    MALFORMED(400, "Bad Request", "InvalidRequest", "The request is not valid HTTP."),
    HEAD_TOO_LARGE(
            400,
            "Bad Request",
            "RequestHeaderSectionTooLarge",
            "The request line and headers are larger than this gateway takes."),
    REQUEST_TIMEOUT(
            400, "Bad Request", "RequestTimeout", "The request was not sent within the time that this gateway waits."),
    METHOD_NOT_ALLOWED(405, "Method Not Allowed", "MethodNotAllowed", "The method is not allowed."),
    /** Clients know how to handle a SlowDown: they wait and come back. */
    TOO_MANY_CONNECTIONS(
            503, "Slow Down", "SlowDown", "Too many connections are open. Please reduce your request rate."),
    UPSTREAM_UNREACHABLE(502, "Bad Gateway", "BadGateway", "The storage gateway can not be reached."),
    UPSTREAM_CLOSED(502, "Bad Gateway", "BadGateway", "The storage gateway closed the connection."),
    UPSTREAM_INVALID(502, "Bad Gateway", "BadGateway", "The response of the storage gateway is not valid HTTP."),
    UPSTREAM_TIMEOUT(504, "Gateway Timeout", "GatewayTimeout", "The storage gateway did not answer in time.");

    private final String statusLine;
    private final String code;
    private final String message;

    ErrorKind(int status, String reason, String code, String message) {
        this.statusLine = status + " " + reason;
        this.code = code;
        this.message = message;
    }

    /** Status and reason phrase. */
    String statusLine() {
        return statusLine;
    }

    /** The status alone. */
    public int status() {
        return Integer.parseInt(statusLine, 0, 3, 10);
    }

    /** The code in the XML. */
    public String code() {
        return code;
    }

    /** The message in the XML. */
    String message() {
        return message;
    }
}
