package dev.sluice.proxy.http;

import dev.sluice.proxy.http.ErrorAnswers.Kind;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Which heads go no further. What RGW could read in another way than the proxy is refused: where they differ about the
 * end of a body, a client could put a request of its own before another's; where they differ about host or credentials,
 * it could be charged as somebody else.
 */
final class HeadRules {
    private HeadRules() {}

    /** What is wrong with a head; null: nothing. */
    static @Nullable Kind problemOf(HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            Throwable cause = head.decoderResult().cause();
            boolean tooLong = cause instanceof TooLongHttpLineException || cause instanceof TooLongHttpHeaderException;
            return tooLong ? Kind.HEAD_TOO_LARGE : Kind.MALFORMED;
        }
        if (head.method().equals(HttpMethod.CONNECT)) {
            return Kind.METHOD;
        }
        return isAmbiguous(head) ? Kind.MALFORMED : null;
    }

    private static boolean isAmbiguous(HttpRequest head) {
        HttpVersion version = head.protocolVersion();
        HttpHeaders headers = head.headers();
        // Absolute form: which of two hosts is meant, the target's or the header's?
        boolean originForm = head.uri().startsWith("/") || head.uri().equals("*");
        return !originForm
                || !(version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0))
                || isRepeated(headers, HttpHeaderNames.HOST)
                || isRepeated(headers, HttpHeaderNames.AUTHORIZATION)
                || !isFramedSimply(headers);
    }

    private static boolean isRepeated(HttpHeaders headers, CharSequence name) {
        Iterator<String> values = headers.valueStringIterator(name);
        if (!values.hasNext()) {
            return false;
        }
        values.next();
        return values.hasNext();
    }

    /** The only transfer coding that every server understands alike is {@code chunked}, alone. */
    private static boolean isFramedSimply(HttpHeaders headers) {
        String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
        return coding == null
                || (HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding)
                        && !isRepeated(headers, HttpHeaderNames.TRANSFER_ENCODING));
    }
}
