package dev.sluice.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Finds the error of S3 that says that there is no such access key. Only what has come already is looked at. */
final class UnknownKeyError {
    /** RGW writes the code at the beginning. */
    private static final int BYTES_MAX = 512;

    private static final ByteBuf CODE = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
                    .writeBytes("<Code>InvalidAccessKeyId</Code>".getBytes(StandardCharsets.US_ASCII)))
            .asReadOnly();

    private UnknownKeyError() {}

    /** Whether a response has it; its head and the beginning of its body are the first readable bytes of {@code from}. */
    static boolean isIn(int status, ByteBuf from, int headBytes, int bodyBytes) {
        if (status != 403 || bodyBytes < CODE.readableBytes()) {
            return false;
        }
        ByteBuf body = from.slice(from.readerIndex() + headBytes, Math.min(bodyBytes, BYTES_MAX));
        return ByteBufUtil.indexOf(CODE.duplicate(), body) >= 0;
    }
}
