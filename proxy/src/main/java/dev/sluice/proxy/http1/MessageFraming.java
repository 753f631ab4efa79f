package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;

/**
 * Where a message's body ends and whether its connection is kept, according to its header lines. An ambiguous message
 * is a fault.
 */
final class MessageFraming {
    private static final byte[] CHUNKED = "chunked".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_LENGTH = "content-length".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "transfer-encoding".getBytes(StandardCharsets.US_ASCII);

    /** 10^18 - 1 fits a long. */
    private static final int LENGTH_DIGITS_MAX = 18;

    private final HeaderLines lines;
    private final ConnectionOptions connection = new ConnectionOptions();
    private long contentLength;
    private boolean chunked;

    MessageFraming(HeaderLines lines) {
        this.lines = lines;
        start();
    }

    void start() {
        contentLength = -1;
        chunked = false;
        connection.start();
    }

    long contentLength() {
        return contentLength;
    }

    boolean isChunked() {
        return chunked;
    }

    ConnectionOptions connection() {
        return connection;
    }

    /** Judges a line, in the order of the message. */
    HttpFault headerLine(byte[] bytes, int line, boolean http10) {
        KnownHeader name = lines.header(line);
        if (name == KnownHeader.OTHER) {
            return isAlias(bytes, lines.lineStart(line), lines.nameEnd(line))
                    ? HttpFault.FRAMING_ALIAS
                    : HttpFault.NONE;
        }
        int valueStart = lines.valueStart(line);
        int valueEnd = lines.valueEnd(line);
        return switch (name) {
            case CONTENT_LENGTH -> contentLength(bytes, valueStart, valueEnd);
            case TRANSFER_ENCODING -> transferEncoding(bytes, valueStart, valueEnd, http10);
            case CONNECTION -> connection.add(bytes, valueStart, valueEnd);
            default -> HttpFault.NONE;
        };
    }

    /** To be called when all lines were judged. */
    void end(byte[] bytes) {
        connection.end(bytes, lines);
    }

    private HttpFault contentLength(byte[] bytes, int from, int to) {
        if (contentLength >= 0) {
            return HttpFault.DUPLICATE_CONTENT_LENGTH;
        }
        if (from == to
                || to - from > LENGTH_DIGITS_MAX
                || OctetClasses.skip(OctetClasses.DIGIT, bytes, from, to) != to) {
            return HttpFault.BAD_CONTENT_LENGTH;
        }
        long value = 0;
        for (int at = from; at < to; at++) {
            value = value * 10 + (bytes[at] - '0');
        }
        contentLength = value;
        return chunked ? HttpFault.LENGTH_AND_ENCODING : HttpFault.NONE;
    }

    private HttpFault transferEncoding(byte[] bytes, int from, int to, boolean http10) {
        if (http10) {
            return HttpFault.ENCODING_IN_1_0;
        }
        if (chunked || !OctetClasses.equalsIgnoreCase(bytes, from, to, CHUNKED)) {
            return HttpFault.TRANSFER_ENCODING;
        }
        chunked = true;
        return contentLength >= 0 ? HttpFault.LENGTH_AND_ENCODING : HttpFault.NONE;
    }

    /** Whether RGW, which folds {@code -} to {@code _}, could take a name for one that defines the framing. */
    static boolean isAlias(byte[] bytes, int from, int to) {
        int length = to - from;
        return (length == CONTENT_LENGTH.length && OctetClasses.startsWithFolded(bytes, from, to, CONTENT_LENGTH))
                || (length == TRANSFER_ENCODING.length
                        && OctetClasses.startsWithFolded(bytes, from, to, TRANSFER_ENCODING));
    }
}
