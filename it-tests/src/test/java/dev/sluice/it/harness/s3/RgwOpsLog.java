package dev.sluice.it.harness.s3;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a radosgw says that each request was: its ops log, from the socket that start.sh asks it to serve. */
public final class RgwOpsLog implements AutoCloseable {
    /**
     * An entry.
     *
     * @param bucket {@code tenant/name} or {@code name}; empty: none
     * @param user empty: none was found; {@code anonymous}
     */
    public record OpsLogEntry(String bucket, String user, String operation) {}

    private final SocketChannel socket;
    private final Map<String, OpsLogEntry> entries = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    private RgwOpsLog(SocketChannel socket) {
        this.socket = socket;
        var reader = new Thread(this::read, "ops-log");
        reader.setDaemon(true);
        reader.start();
    }

    /** Reads the log of the first gateway of a bed. */
    public static RgwOpsLog of(RgwTestBed bed) throws IOException {
        var socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        socket.connect(UnixDomainSocketAddress.of(Path.of(bed.value("RGW_HOME"), "run", "client.rgw.1.ops")));
        return new RgwOpsLog(socket);
    }

    /** The entry with this id, which the response to the request has; empty: there is none within that time. */
    public synchronized Optional<OpsLogEntry> entry(String transactionId, Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        while (!entries.containsKey(transactionId)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
        return Optional.ofNullable(entries.remove(transactionId));
    }

    private void read() {
        var buffer = ByteBuffer.allocate(1 << 16);
        var text = new StringBuilder();
        try {
            while (socket.read(buffer) >= 0) {
                buffer.flip();
                text.append(StandardCharsets.ISO_8859_1.decode(buffer));
                buffer.clear();
                int end = endOfObject(text);
                while (end > 0) {
                    add(text.substring(text.indexOf("{"), end));
                    text.delete(0, end);
                    end = endOfObject(text);
                }
            }
        } catch (IOException e) {
            if (socket.isOpen()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Every entry so far, as RGW wrote it, a line each. */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    private synchronized void add(String json) {
        lines.add(json);
        Config entry = ConfigFactory.parseString(json);
        entries.put(
                entry.getString("trans_id"),
                new OpsLogEntry(entry.getString("bucket"), entry.getString("user"), entry.getString("operation")));
        notifyAll();
    }

    /** Where the first JSON object ends; 0: it is not complete. */
    private static int endOfObject(CharSequence text) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i + 1;
            }
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
