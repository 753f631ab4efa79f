package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** The request methods that S3 uses. All methods but CONNECT are forwarded. */
public enum HttpMethod {
    GET,
    HEAD,
    PUT,
    POST,
    DELETE,
    OPTIONS,
    /** Any other method, or a method that is not known because the request could not be parsed. */
    OTHER;

    private static final HttpMethod[] NAMED = {GET, HEAD, PUT, POST, DELETE, OPTIONS};
    private static final byte[][] NAMES = Stream.of(NAMED)
            .map(method -> method.name().getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    /** Returns the method whose name is {@code bytes[0, length)}. */
    static HttpMethod of(byte[] bytes, int length) {
        for (int i = 0; i < NAMED.length; i++) {
            if (OctetClasses.isWord(bytes, length, NAMES[i])) {
                return NAMED[i];
            }
        }
        return OTHER;
    }
}
