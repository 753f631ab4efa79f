package dev.sluice.proxy.downstream;

import dev.sluice.proxy.gate.FormHead;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.auth.FormReader;

/**
 * Looks at the beginning of a form before its request is decided. Its bytes stay in the input, so that they are forwarded
 * as they are. While it waits, the connection is one that awaits a head: the same timeout applies, and the input holds at
 * most {@value FormReader#BYTES_MAX} bytes and one read more. A form in chunks is not waited for: RGW requires a length.
 * Belongs to one event loop.
 */
final class FormPeek {
    private boolean awaited;

    /** Whether a form has begun that is not decided about. */
    boolean isAwaited() {
        return awaited;
    }

    /** Whether as much of the body has arrived as is read of one. */
    boolean isThere(RequestHead head, ClientInput input) {
        awaited = true;
        return head.isChunked()
                || input.bytesBehind(head) >= Math.min(FormReader.BYTES_MAX, Math.max(0, head.contentLength()));
    }

    /** The form, of which enough has arrived. */
    FormHead take(RequestHead head, ClientInput input) {
        awaited = false;
        long wanted = head.isChunked() ? 0 : Math.max(0, head.contentLength());
        byte[] bytes = new byte[(int) Math.min(FormReader.BYTES_MAX, wanted)];
        return new FormHead(head, bytes, input.peekBehind(head, bytes));
    }
}
