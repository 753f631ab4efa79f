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

    private enum ChunkedBodyState {
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

    private ChunkedBodyState state = ChunkedBodyState.SIZE;
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
        state = ChunkedBodyState.SIZE;
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
        while (at < to && state != ChunkedBodyState.DONE && state != ChunkedBodyState.INVALID) {
            if (state == ChunkedBodyState.DATA) {
                long passed = Math.min(chunkBytes, to - at);
                chunkBytes -= passed;
                dataBytes += passed;
                at += (int) passed;
                if (chunkBytes == 0) {
                    state = ChunkedBodyState.DATA_CR;
                }
            } else {
                state = after(buf.getByte(at));
                if (state != ChunkedBodyState.INVALID) {
                    at++;
                }
            }
        }
        return at - from;
    }

    public boolean isDone() {
        return state == ChunkedBodyState.DONE;
    }

    /** Whether it is no chunked body; it stays so until {@link #reset}. */
    public boolean isInvalid() {
        return state == ChunkedBodyState.INVALID;
    }

    /** Returns the payload's bytes that have passed, without framing. */
    public long dataBytes() {
        return dataBytes;
    }

    private ChunkedBodyState after(byte octet) {
        return switch (state) {
            case SIZE -> size(octet);
            case EXTENSION -> extension(octet);
            case SIZE_LF -> octet == OctetClasses.LF ? afterSize() : ChunkedBodyState.INVALID;
            case DATA_CR -> octet == OctetClasses.CR ? ChunkedBodyState.DATA_LF : ChunkedBodyState.INVALID;
            case DATA_LF -> {
                startSize();
                yield octet == OctetClasses.LF ? ChunkedBodyState.SIZE : ChunkedBodyState.INVALID;
            }
            case TRAILER_START -> trailerStart(octet);
            case TRAILER_NAME -> trailerName(octet);
            case TRAILER_VALUE -> trailerValue(octet);
            case TRAILER_LF ->
                octet == OctetClasses.LF ? trailer(ChunkedBodyState.TRAILER_START) : ChunkedBodyState.INVALID;
            case LAST_LF -> octet == OctetClasses.LF ? ChunkedBodyState.DONE : ChunkedBodyState.INVALID;
            case DATA, DONE, INVALID -> throw new IllegalStateException("no byte is looked at when " + state);
        };
    }

    private ChunkedBodyState size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit >= 0) {
            sizeDigits++;
            chunkBytes = (chunkBytes << 4) | digit;
            return sizeDigits <= SIZE_DIGITS_MAX ? ChunkedBodyState.SIZE : ChunkedBodyState.INVALID;
        }
        if (sizeDigits == 0) {
            return ChunkedBodyState.INVALID;
        }
        if (octet == ';') {
            extension.start();
            extensionBytes = 1;
            return ChunkedBodyState.EXTENSION;
        }
        return octet == OctetClasses.CR ? ChunkedBodyState.SIZE_LF : ChunkedBodyState.INVALID;
    }

    private ChunkedBodyState extension(byte octet) {
        if (octet == OctetClasses.CR) {
            return extension.mayEnd() ? ChunkedBodyState.SIZE_LF : ChunkedBodyState.INVALID;
        }
        extensionBytes++;
        return extensionBytes <= EXTENSION_BYTES_MAX && extension.accepts(octet)
                ? ChunkedBodyState.EXTENSION
                : ChunkedBodyState.INVALID;
    }

    private ChunkedBodyState afterSize() {
        return chunkBytes == 0 ? ChunkedBodyState.TRAILER_START : ChunkedBodyState.DATA;
    }

    private ChunkedBodyState trailerStart(byte octet) {
        if (octet == OctetClasses.CR) {
            return ChunkedBodyState.LAST_LF;
        }
        trailerNameBytes = 0;
        return octet == ':' ? ChunkedBodyState.INVALID : trailerName(octet);
    }

    private ChunkedBodyState trailerName(byte octet) {
        if (octet == ':') {
            return mayBeTrailer() ? trailer(ChunkedBodyState.TRAILER_VALUE) : ChunkedBodyState.INVALID;
        }
        if (!OctetClasses.is(OctetClasses.TOKEN, octet)) {
            return ChunkedBodyState.INVALID;
        }
        if (trailerNameBytes < trailerName.length) {
            trailerName[trailerNameBytes] = octet;
        }
        trailerNameBytes++;
        return trailer(ChunkedBodyState.TRAILER_NAME);
    }

    /** What means something to the proxy, and all of it is framing, routing or identity, comes too late here. */
    private boolean mayBeTrailer() {
        return trailerNameBytes > trailerName.length
                || (KnownHeader.of(trailerName, 0, trailerNameBytes) == KnownHeader.OTHER
                        && !MessageFraming.isAlias(trailerName, 0, trailerNameBytes));
    }

    private ChunkedBodyState trailerValue(byte octet) {
        if (octet == OctetClasses.CR) {
            return trailer(ChunkedBodyState.TRAILER_LF);
        }
        return OctetClasses.is(OctetClasses.VALUE, octet)
                ? trailer(ChunkedBodyState.TRAILER_VALUE)
                : ChunkedBodyState.INVALID;
    }

    /** Counts a byte of a trailer line. */
    private ChunkedBodyState trailer(ChunkedBodyState then) {
        trailerBytes++;
        return trailerBytes <= TRAILER_BYTES_MAX ? then : ChunkedBodyState.INVALID;
    }
}
