package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/**
 * The content of {@code Connection}: whether the connection is kept, and which header lines are hop-by-hop.
 *
 * <p>A sender could use it to remove a header before RGW sees it, after a decision was based on that header. So it is a
 * fault to name the host or the framing, and headers that carry identity or operation are never removed.
 */
final class ConnectionOptions {
    /** Bounds the work: each name is compared with each line. */
    static final int NAMED_MAX = 16;

    private static final byte[] CLOSE = ascii("close");
    private static final byte[] AMZ = ascii("x-amz-");
    private static final byte[] SWIFT_AUTH = ascii("x-auth-");

    /** The headers that the operation or the signature depends on, beside those that are a {@link KnownHeader}. */
    private static final List<byte[]> NEVER_REMOVED =
            List.of(ascii("range"), ascii("content-type"), ascii("content-md5"), ascii("content-encoding"));

    private boolean close;
    private boolean keepAlive;
    private int named;
    private final int[] nameStart = new int[NAMED_MAX];
    private final int[] nameEnd = new int[NAMED_MAX];
    private final BitSet namedLines = new BitSet(HeaderLines.DEFAULT_MAX);

    void start() {
        close = false;
        keepAlive = false;
        named = 0;
        namedLines.clear();
    }

    boolean isKeepAlive(boolean http10) {
        return !close && (keepAlive || !http10);
    }

    boolean names(int line) {
        return namedLines.get(line);
    }

    /** Reads the value of a {@code Connection} line. */
    HttpFault add(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int start = OctetClasses.skipBlanks(bytes, at, to);
            int end = OctetClasses.skip(OctetClasses.TOKEN, bytes, start, to);
            if (end > start) {
                HttpFault found = option(bytes, start, end);
                if (found != HttpFault.NONE) {
                    return found;
                }
            }
            at = OctetClasses.skipBlanks(bytes, end, to);
            if (at < to && bytes[at] != ',') {
                return HttpFault.CONNECTION_OPTIONS;
            }
            at++;
        }
        return HttpFault.NONE;
    }

    private HttpFault option(byte[] bytes, int from, int to) {
        if (OctetClasses.equalsIgnoreCase(bytes, from, to, CLOSE)) {
            close = true;
            return HttpFault.NONE;
        }
        switch (KnownHeader.of(bytes, from, to)) {
            case HOST, CONTENT_LENGTH, TRANSFER_ENCODING -> {
                return HttpFault.CONNECTION_NAMES_FRAMING;
            }
            case KEEP_ALIVE -> keepAlive = true;
            case OTHER -> {
                if (!isKept(bytes, from, to)) {
                    if (named == NAMED_MAX) {
                        return HttpFault.CONNECTION_OPTIONS;
                    }
                    nameStart[named] = from;
                    nameEnd[named] = to;
                    named++;
                }
            }
            default -> {
                // hop-by-hop by its name, or never removed
            }
        }
        return HttpFault.NONE;
    }

    /** Marks the lines that were named. */
    void end(byte[] bytes, HeaderLines lines) {
        for (int i = 0; i < named; i++) {
            for (int line = 0; line < lines.count(); line++) {
                if (lines.header(line) == KnownHeader.OTHER
                        && sameName(bytes, nameStart[i], nameEnd[i], lines.lineStart(line), lines.nameEnd(line))) {
                    namedLines.set(line);
                }
            }
        }
    }

    private static boolean sameName(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (OctetClasses.lower(bytes[from + i]) != OctetClasses.lower(bytes[otherFrom + i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isKept(byte[] bytes, int from, int to) {
        if (OctetClasses.startsWithFolded(bytes, from, to, AMZ)
                || OctetClasses.startsWithFolded(bytes, from, to, SWIFT_AUTH)) {
            return true;
        }
        for (int i = 0; i < NEVER_REMOVED.size(); i++) {
            if (OctetClasses.equalsIgnoreCase(bytes, from, to, NEVER_REMOVED.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
