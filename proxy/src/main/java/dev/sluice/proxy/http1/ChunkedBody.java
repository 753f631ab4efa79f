package dev.sluice.proxy.http1;

import io.netty.buffer.ByteBuf;

/**
 * Follows a chunked body as it passes, to know where it ends; the bytes go on untouched. May be given the body in
 * pieces cut anywhere. Belongs to one thread; holds no buffer.
 *
 * <pre>
 *   size [;extensions] CRLF  data CRLF  ...  0 [;extensions] CRLF  [trailer CRLF ...]  CRLF
 * </pre>
 *
 * <p>Sizes are 1 to 15 hexadecimal digits with nothing around them. Chunk data is skipped by arithmetic, so that what
 * is looked at byte by byte is the framing alone, and all of that is bounded.
 */
public final class ChunkedBody {
    /** Leading zeros count; 16^15 - 1 fits a long. */
    static final int SIZE_DIGITS_MAX = 15;
    /** From the semicolon to the end of one chunk's line. */
    static final int EXTENSION_BYTES_MAX = 256;
    /** All trailer lines with their CRLFs. */
    static final int TRAILER_BYTES_MAX = 8 * 1024;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF,
        DONE,
        INVALID
    }

    private State state = State.SIZE;
    private long chunkBytes;
    private int sizeDigits;
    private final ChunkExtension extension = new ChunkExtension();
    private int extensionBytes;
    private int trailerBytes;
    private final byte[] trailerName = new byte[KnownHeader.NAME_BYTES_MAX];
    private int trailerNameBytes;
    private long dataBytes;

    /** Makes it ready for another body. */
    public void reset() {
        state = State.SIZE;
        dataBytes = 0;
        trailerBytes = 0;
        startSize();
    }

    private void startSize() {
        chunkBytes = 0;
        sizeDigits = 0;
    }

    /**
     * Looks at {@code buf[from, to)}, the bytes that follow those of the last call.
     *
     * @return how many of them belong to the body. Fewer than there are if the body ends among them ({@link #isDone}), or
     *     if one of them can't be right ({@link #isInvalid}), which is then the first that is not counted
     * @throws IndexOutOfBoundsException if there are no such bytes
     */
    public int advance(ByteBuf buf, int from, int to) {
        int at = from;
        while (at < to && state != State.DONE && state != State.INVALID) {
            if (state == State.DATA) {
                long passed = Math.min(chunkBytes, to - at);
                chunkBytes -= passed;
                dataBytes += passed;
                at += (int) passed;
                if (chunkBytes == 0) {
                    state = State.DATA_CR;
                }
            } else {
                state = after(buf.getByte(at));
                if (state != State.INVALID) {
                    at++;
                }
            }
        }
        return at - from;
    }

    public boolean isDone() {
        return state == State.DONE;
    }

    /** Whether it is no chunked body; it stays so until {@link #reset}. */
    public boolean isInvalid() {
        return state == State.INVALID;
    }

    /** Returns the payload's bytes that have passed, without framing. */
    public long dataBytes() {
        return dataBytes;
    }

    private State after(byte octet) {
        return switch (state) {
            case SIZE -> size(octet);
            case EXTENSION -> extension(octet);
            case SIZE_LF -> octet == OctetClasses.LF ? afterSize() : State.INVALID;
            case DATA_CR -> octet == OctetClasses.CR ? State.DATA_LF : State.INVALID;
            case DATA_LF -> {
                startSize();
                yield octet == OctetClasses.LF ? State.SIZE : State.INVALID;
            }
            case TRAILER_START -> trailerStart(octet);
            case TRAILER_NAME -> trailerName(octet);
            case TRAILER_VALUE -> trailerValue(octet);
            case TRAILER_LF -> octet == OctetClasses.LF ? trailer(State.TRAILER_START) : State.INVALID;
            case LAST_LF -> octet == OctetClasses.LF ? State.DONE : State.INVALID;
            case DATA, DONE, INVALID -> throw new IllegalStateException("no byte is looked at when " + state);
        };
    }

    private State size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit >= 0) {
            sizeDigits++;
            chunkBytes = (chunkBytes << 4) | digit;
            return sizeDigits <= SIZE_DIGITS_MAX ? State.SIZE : State.INVALID;
        }
        if (sizeDigits == 0) {
            return State.INVALID;
        }
        if (octet == ';') {
            extension.start();
            extensionBytes = 1;
            return State.EXTENSION;
        }
        return octet == OctetClasses.CR ? State.SIZE_LF : State.INVALID;
    }

    private State extension(byte octet) {
        if (octet == OctetClasses.CR) {
            return extension.mayEnd() ? State.SIZE_LF : State.INVALID;
        }
        extensionBytes++;
        return extensionBytes <= EXTENSION_BYTES_MAX && extension.accepts(octet) ? State.EXTENSION : State.INVALID;
    }

    private State afterSize() {
        return chunkBytes == 0 ? State.TRAILER_START : State.DATA;
    }

    private State trailerStart(byte octet) {
        if (octet == OctetClasses.CR) {
            return State.LAST_LF;
        }
        trailerNameBytes = 0;
        return octet == ':' ? State.INVALID : trailerName(octet);
    }

    private State trailerName(byte octet) {
        if (octet == ':') {
            return mayBeTrailer() ? trailer(State.TRAILER_VALUE) : State.INVALID;
        }
        if (!OctetClasses.is(OctetClasses.TOKEN, octet)) {
            return State.INVALID;
        }
        if (trailerNameBytes < trailerName.length) {
            trailerName[trailerNameBytes] = octet;
        }
        trailerNameBytes++;
        return trailer(State.TRAILER_NAME);
    }

    /** What means something to the proxy, and all of it is framing, routing or identity, comes too late here. */
    private boolean mayBeTrailer() {
        return trailerNameBytes > trailerName.length
                || (KnownHeader.of(trailerName, 0, trailerNameBytes) == KnownHeader.OTHER
                        && !MessageFraming.isAlias(trailerName, 0, trailerNameBytes));
    }

    private State trailerValue(byte octet) {
        if (octet == OctetClasses.CR) {
            return trailer(State.TRAILER_LF);
        }
        return OctetClasses.is(OctetClasses.VALUE, octet) ? trailer(State.TRAILER_VALUE) : State.INVALID;
    }

    /** Counts a byte of a trailer line. */
    private State trailer(State then) {
        trailerBytes++;
        return trailerBytes <= TRAILER_BYTES_MAX ? then : State.INVALID;
    }
}
