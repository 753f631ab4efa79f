package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.quota.http.QuotaResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes responses to the channel of one connection. Belongs to its event loop. */
final class QuotaOutput {
    private static final int STATUS_MAX = 600;
    private static final byte[][] STATUS_LINES = new byte[STATUS_MAX][];
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] JSON = ascii("Content-Type: " + QuotaResponse.JSON + "\r\nContent-Length: ");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] LINE_END = ascii("\r\n");
    private static final int HEAD_BYTES = 192;

    static {
        Arrays.setAll(STATUS_LINES, status -> ascii("HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\n"));
    }

    private final Channel channel;

    QuotaOutput(Channel channel) {
        this.channel = channel;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** How the connection goes on behind a response. */
    enum AfterResponse {
        /** As HTTP/1.1 has it. */
        KEPT,
        /** As HTTP/1.0 has to be told. */
        KEPT_EXPLICITLY,
        CLOSED
    }

    /** Lets a client send its body. */
    void writeContinue() {
        channel.write(channel.alloc().directBuffer(CONTINUE.length).writeBytes(CONTINUE), channel.voidPromise());
    }

    /** Writes a response, and flushes nothing. */
    void write(QuotaResponse response, boolean isHeadOnly, AfterResponse then) {
        byte[] body = response.body();
        String headers = response.headers();
        ByteBuf out = channel.alloc().directBuffer(HEAD_BYTES + headers.length() + (isHeadOnly ? 0 : body.length));
        out.writeBytes(STATUS_LINES[response.status()]);
        out.writeCharSequence(headers, StandardCharsets.US_ASCII);
        if (then != AfterResponse.KEPT) {
            out.writeBytes(then == AfterResponse.CLOSED ? CLOSE : KEEP_ALIVE);
        }
        if (response.contentType().equals(QuotaResponse.JSON)) {
            out.writeBytes(JSON);
        } else {
            out.writeCharSequence(
                    "Content-Type: " + response.contentType() + "\r\nContent-Length: ", StandardCharsets.US_ASCII);
        }
        out.writeCharSequence(Integer.toString(body.length), StandardCharsets.US_ASCII);
        out.writeBytes(LINE_END).writeBytes(LINE_END);
        if (!isHeadOnly) {
            out.writeBytes(body);
        }
        channel.write(out, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /** Whether the client takes what is written. */
    boolean isWritable() {
        return channel.isWritable();
    }
}
