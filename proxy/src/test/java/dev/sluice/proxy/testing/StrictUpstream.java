package dev.sluice.proxy.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that cuts what it gets into requests by a parser of its own, which guesses nothing: what a proxy lets
 * through in error shows as one request too many, or as bytes that are none.
 */
public final class StrictUpstream implements RecordingUpstream.Script {
    public static final String ANSWER_HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    public static final String ANSWER_BODY = "ok";

    private static final Pattern REQUEST_LINE = Pattern.compile("[!-~]+ [!-~\\x80-\\xFF]+ HTTP/1\\.[01]");
    private static final Pattern HEADER_LINE = Pattern.compile("[!-9;-~]+:[\\t -~\\x80-\\xFF]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,15})(;[\\t -~]+)?");
    private static final int MORE = -1;

    /** A request as it came; each byte a character. */
    public record Seen(String head, String body) {}

    /** What was read is no HTTP. */
    public static final class Mangled extends RuntimeException {
        private static final long serialVersionUID = 1;

        Mangled(String what) {
            super(what);
        }
    }

    /** Whole requests of all connections, in the order of their ends. */
    public final List<Seen> requests = new CopyOnWriteArrayList<>();
    /** What was left at the end of a connection, or made no sense. */
    public final List<String> remains = new CopyOnWriteArrayList<>();
    /** Connections that are over. */
    public final AtomicInteger ended = new AtomicInteger();

    @Override
    public void talk(RecordingUpstream.Connection connection) throws IOException {
        byte[] buffer = new byte[1 << 16];
        StringBuilder pending = new StringBuilder();
        try {
            for (int n = connection.read(buffer); n >= 0; n = connection.read(buffer)) {
                pending.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                for (Seen seen = first(pending.toString()); seen != null; seen = first(pending.toString())) {
                    pending.delete(0, seen.head().length() + seen.body().length());
                    requests.add(seen);
                    connection.write(ANSWER_HEAD + (seen.head().startsWith("HEAD ") ? "" : ANSWER_BODY));
                }
            }
        } catch (Mangled e) {
            pending.append(" <- ").append(e.getMessage());
        } finally {
            if (!pending.isEmpty()) {
                remains.add(pending.toString());
            }
            ended.incrementAndGet();
        }
    }

    /**
     * The request at the start, or null if it isn't all there.
     *
     * @throws Mangled if it can't become one
     */
    public static @Nullable Seen first(String bytes) {
        int headEnd = bytes.indexOf("\r\n\r\n");
        if (headEnd < 0) {
            return null;
        }
        String head = bytes.substring(0, headEnd + 4);
        int bodyEnd = bodyEnd(head, bytes);
        return bodyEnd < 0 ? null : new Seen(head, bytes.substring(head.length(), bodyEnd));
    }

    private static int bodyEnd(String head, String bytes) {
        String[] lines = head.substring(0, head.length() - 4).split("\r\n", -1);
        require(REQUEST_LINE.matcher(lines[0]).matches(), "request line");
        String length = null;
        String coding = null;
        for (int i = 1; i < lines.length; i++) {
            require(HEADER_LINE.matcher(lines[i]).matches(), "header line");
            int colon = lines[i].indexOf(':');
            String value = lines[i].substring(colon + 1).strip();
            switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT).replace('_', '-')) {
                case "content-length" -> {
                    require(length == null && LENGTH.matcher(value).matches(), "length");
                    length = value;
                }
                case "transfer-encoding" -> {
                    require(coding == null && value.equalsIgnoreCase("chunked"), "coding");
                    coding = value;
                }
                default -> {}
            }
        }
        require(length == null || coding == null, "length and coding");
        if (coding != null) {
            return chunksEnd(bytes, head.length());
        }
        long end = head.length() + (length == null ? 0 : Long.parseLong(length));
        return end > bytes.length() ? MORE : (int) end;
    }

    private static int chunksEnd(String bytes, int from) {
        int at = from;
        while (true) {
            int lineEnd = bytes.indexOf("\r\n", at);
            if (lineEnd < 0) {
                return MORE;
            }
            var line = CHUNK.matcher(bytes.substring(at, lineEnd));
            require(line.matches(), "chunk size");
            long size = Long.parseLong(line.group(1), 16);
            at = lineEnd + 2;
            if (size == 0) {
                return trailersEnd(bytes, at);
            }
            if (at + size + 2 > bytes.length()) {
                return MORE;
            }
            at += (int) size;
            require(bytes.startsWith("\r\n", at), "end of chunk");
            at += 2;
        }
    }

    private static int trailersEnd(String bytes, int from) {
        int at = from;
        while (true) {
            int lineEnd = bytes.indexOf("\r\n", at);
            if (lineEnd < 0) {
                return MORE;
            }
            if (lineEnd == at) {
                return at + 2;
            }
            require(HEADER_LINE.matcher(bytes.substring(at, lineEnd)).matches(), "trailer");
            at = lineEnd + 2;
        }
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new Mangled(what);
        }
    }
}
