package dev.sluice.proxy.gate;

import dev.sluice.proxy.http1.RequestHead;

/** A head and the first bytes of its body: none of a body in chunks. Valid for one call. */
public final class FormHead {
    private final RequestHead head;
    private final byte[] bytes;
    private final int length;

    /** The body begins with {@code bytes[0, length)}. */
    public FormHead(RequestHead head, byte[] bytes, int length) {
        this.head = head;
        this.bytes = bytes;
        this.length = length;
    }

    /** Whether it has all of the body. */
    boolean isWhole() {
        return !head.isChunked() && head.contentLength() <= length;
    }

    RequestHead head() {
        return head;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
