package dev.sluice.proxy.downstream;

import dev.sluice.proxy.gate.FormHead;
import dev.sluice.proxy.http1.BodyFraming;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.auth.FormReader;

/**
 * Looks at the beginning of a form before its request is decided. Its bytes stay in the input, so that they are forwarded
 * as they are. While it waits, the connection is one that awaits a head: the same timeout applies, and the input holds at
 * most {@value FormReader#BYTES_MAX} bytes and one read more. Belongs to one event loop.
 */
final class FormPeek {
    private final BodyFraming framing = new BodyFraming();
    private boolean awaited;

    /** Whether a form has begun that is not decided about. */
    boolean isAwaited() {
        return awaited;
    }

    /** Whether as much of the body has arrived as is read of one. */
    boolean isThere(RequestHead head, ClientInput input) {
        awaited = true;
        framing.begin(head);
        return input.bytesBehind(head) >= FormReader.BYTES_MAX || input.endsBehind(head, framing);
    }

    /** The form, of which enough has arrived. */
    FormHead take(RequestHead head, ClientInput input) {
        awaited = false;
        byte[] bytes = new byte[Math.min(FormReader.BYTES_MAX, input.bytesBehind(head))];
        int length = input.peekBehind(head, bytes);
        if (head.isChunked()) {
            return new FormHead(head, bytes, withoutChunkLines(bytes, length));
        }
        return new FormHead(head, bytes, (int) Math.min(length, head.contentLength()));
    }

    /** Moves the content of chunks together. Returns its length; what can't be read as a chunk ends it. */
    static int withoutChunkLines(byte[] bytes, int length) {
        int at = 0;
        int to = 0;
        while (at < length) {
            int line = at;
            long size = 0;
            while (line < length && Character.digit(bytes[line], 16) >= 0 && size <= length) {
                size = size << 4 | Character.digit(bytes[line++], 16);
            }
            while (line < length && bytes[line] != '\n') {
                line++;
            }
            int from = line + 1;
            int part = (int) Math.min(size, Math.max(0, length - from));
            if (part == 0) {
                break;
            }
            System.arraycopy(bytes, from, bytes, to, part);
            to += part;
            at = from + part + 2;
        }
        return to;
    }
}
