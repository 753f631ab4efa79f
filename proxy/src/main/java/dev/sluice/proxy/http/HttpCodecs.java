package dev.sluice.proxy.http;

import io.netty.handler.codec.http.HttpDecoderConfig;

/** How Netty's HTTP decoders are set up on both sides. */
final class HttpCodecs {
    /** Body parts are passed on as large as they were read: cutting them up would only cost. */
    private static final int MAX_PART_BYTES = 1 << 20;

    private HttpCodecs() {}

    static HttpDecoderConfig config(int maxHeadBytes) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHeadBytes)
                .setMaxHeaderSize(maxHeadBytes)
                .setMaxChunkSize(MAX_PART_BYTES);
    }
}
