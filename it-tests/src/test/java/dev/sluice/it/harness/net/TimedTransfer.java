package dev.sluice.it.harness.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** The transfer of one large object by plain HTTP; records how many bytes moved when. */
public final class TimedTransfer {
    private static final int PART = 16 * 1024;
    private static final long SLOT_NANOS = 10_000_000L;

    private final long beginNanos;
    private final long[] movedBySlot;
    private final MessageDigest md5 = md5();
    private long movedNanos;
    private long longestStallNanos;

    /** The length of the recorded time, from {@code beginNanos} on. */
    public TimedTransfer(long beginNanos, long seconds) {
        this.beginNanos = beginNanos;
        this.movedBySlot = new long[(int) (seconds * 1_000_000_000L / SLOT_NANOS)];
        this.movedNanos = beginNanos;
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    /** Writes an object of random bytes from a seed and returns its MD5. A response before the end fails with its text. */
    public String put(URI uri, long size, long seed) throws IOException {
        try (var connection = WireHttpClient.connect(uri)) {
            connection.send("PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
                    .formatted(WireHttpClient.target(uri), uri.getAuthority(), size));
            sendBody(connection, size, seed);
            assertThat(connection.readResponse())
                    .satisfies(response -> assertThat(response.status()).isEqualTo(200));
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    private void sendBody(WireHttpClient connection, long size, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var part = new byte[PART];
        for (long left = size; left > 0; left -= PART) {
            random.nextBytes(part);
            md5.update(part);
            try {
                connection.send(part);
            } catch (IOException e) {
                throw new IOException(left + " bytes before the end; the response was " + connection.readResponse(), e);
            }
            moved(PART);
        }
    }

    /** Reads an object and returns its MD5. */
    public String get(URI uri) throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        var part = new byte[PART];
        try (var in = connection.getInputStream()) {
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                md5.update(part, 0, n);
                moved(n);
            }
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    private void moved(int bytes) {
        long now = System.nanoTime();
        int slot = (int) ((now - beginNanos) / SLOT_NANOS);
        if (slot < movedBySlot.length) {
            movedBySlot[slot] += bytes;
            longestStallNanos = Math.max(longestStallNanos, now - movedNanos);
        }
        movedNanos = now;
    }

    /** The bytes that moved between two seconds after the start. */
    public long between(long fromSeconds, long toSeconds) {
        long sum = 0;
        long slots = 1_000_000_000L / SLOT_NANOS;
        for (long slot = fromSeconds * slots; slot < toSeconds * slots; slot++) {
            sum += movedBySlot[(int) slot];
        }
        return sum;
    }

    public double longestStallSeconds() {
        return longestStallNanos * 1e-9;
    }
}
