package dev.sluice.proxy.http1;

import java.util.Locale;

/** Why a head is malformed. {@code docs/http.md} has the reason for each. */
public enum HttpFault {
    /** No fault. */
    NONE(0),

    /** Not exactly method, one space, target, one space, version; or an empty line before it. */
    REQUEST_LINE(400),
    /** Not a token, or longer than 32 bytes. */
    METHOD(400),
    CONNECT_REFUSED(405),
    /** Neither a path nor {@code OPTIONS *}, or a byte that has no place in a target. */
    TARGET(400),
    /** {@code http://host/path} or {@code host:port} where a path belongs. */
    ABSOLUTE_FORM(400),
    FRAGMENT(400),
    /** Neither {@code HTTP/1.1} nor {@code HTTP/1.0}, to the letter. */
    VERSION(400),
    /** HTTP/2 spoken without asking. */
    HTTP2_PREFACE(400),

    /** Empty, no token, a blank before the colon, or no colon. */
    HEADER_NAME(400),
    /** A control character other than a tab. */
    HEADER_VALUE(400),
    /** A line that starts with a blank: the continuation of the one above, or not. */
    OBS_FOLD(400),
    BARE_LF(400),
    BARE_CR(400),
    TOO_MANY_HEADERS(400),
    HEAD_TOO_LARGE(400),

    MISSING_HOST(400),
    DUPLICATE_HOST(400),
    /** Not {@code name}, {@code address} or {@code [address]} with or without a port. */
    BAD_HOST(400),
    /** RGW uses the last one. */
    DUPLICATE_AUTHORIZATION(400),

    DUPLICATE_CONTENT_LENGTH(400),
    /** Not 1 to 18 digits. */
    BAD_CONTENT_LENGTH(400),
    LENGTH_AND_ENCODING(400),
    /** Anything but one {@code chunked}. */
    TRANSFER_ENCODING(400),
    ENCODING_IN_1_0(400),
    /** {@code Content_Length} or {@code Transfer_Encoding}: RGW folds {@code -} to {@code _}. */
    FRAMING_ALIAS(400),
    /** {@code Connection} is no list of tokens, or names more than 16. */
    CONNECTION_OPTIONS(400),
    /** {@code Connection} names the length, the coding or the host of the message, which would then be removed. */
    CONNECTION_NAMES_FRAMING(400),
    /** The chunks of a body break a rule, so that its end is unknown. */
    CHUNKED_BODY(400),

    /** A response that does not start with a version and a status from 100 to 599. */
    STATUS_LINE(502),
    /** A 101, though no upgrade is ever asked for. */
    SWITCHING_PROTOCOLS(502);

    private static final int BAD_GATEWAY = 502;

    private final int status;
    private final String label;

    HttpFault(int status) {
        this.status = status;
        this.label = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The status of the response to a request with this fault. In a response from upstream, every fault leads to a 502.
     */
    public int status() {
        return status;
    }

    /** Whether a request can have it. */
    public boolean inRequests() {
        return this != NONE && status != BAD_GATEWAY;
    }

    /** Whether a response can have it. */
    public boolean inResponses() {
        return switch (this) {
            case NONE, REQUEST_LINE, METHOD, CONNECT_REFUSED, TARGET, ABSOLUTE_FORM, FRAGMENT, VERSION, HTTP2_PREFACE ->
                false;
            case MISSING_HOST, DUPLICATE_HOST, BAD_HOST, DUPLICATE_AUTHORIZATION -> false;
            default -> true;
        };
    }

    /** For logs and metrics: {@code bare-lf}. */
    public String label() {
        return label;
    }
}
