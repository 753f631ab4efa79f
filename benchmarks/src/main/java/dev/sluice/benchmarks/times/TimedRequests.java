package dev.sluice.benchmarks.times;

import dev.sluice.benchmarks.bed.S3RequestHeaders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends the same request again and again at fixed times, on one connection or each on its own, and measures how long after
 * its time each response was there: a request that waits behind a slow one is slow, too. A thread of its own.
 */
public final class TimedRequests implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int TIMES_MAX = 1_000_000;
    private static final String LENGTH = "content-length:";

    private final String address;
    private final byte[] request;
    private final boolean isConnectedAnew;
    private final long intervalNanos;
    private final Thread thread = new Thread(this::run, "timed-requests");
    private volatile boolean isClosing;
    private volatile Optional<IOException> failure = Optional.empty();
    private long[] nanos = new long[1_024];
    private int count;

    /**
     * What was measured.
     *
     * @param medianMillis half of the requests took no longer
     * @param worstMillis the slowest
     */
    public record Times(int requests, double medianMillis, double percentile99Millis, double worstMillis) {}

    private TimedRequests(String address, byte[] request, boolean isConnectedAnew, long intervalMillis) {
        this.address = address;
        this.request = request;
        this.isConnectedAnew = isConnectedAnew;
        this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
        thread.setDaemon(true);
    }

    /** Reads an object, on one connection. */
    public static TimedRequests ofObject(String address, long intervalMillis) {
        StringBuilder head = new StringBuilder("GET /" + S3RequestHeaders.BUCKET + "/object HTTP/1.1\r\n");
        for (Map.Entry<String, String> header :
                S3RequestHeaders.headers(S3RequestHeaders.ADMITTED_KEY).entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        return start(address, head.append("\r\n").toString(), false, intervalMillis);
    }

    /** Asks for a path, each time on a connection of its own, as probes do. */
    public static TimedRequests ofProbe(String address, String path, long intervalMillis) {
        return start(
                address,
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                true,
                intervalMillis);
    }

    private static TimedRequests start(String address, String head, boolean isConnectedAnew, long intervalMillis) {
        TimedRequests requests =
                new TimedRequests(address, head.getBytes(StandardCharsets.ISO_8859_1), isConnectedAnew, intervalMillis);
        requests.thread.start();
        return requests;
    }

    private void run() {
        try {
            long dueNanos = System.nanoTime();
            while (!isClosing) {
                try (Socket socket = connect()) {
                    InputStream in = new BufferedInputStream(socket.getInputStream());
                    boolean isOpen = true;
                    while (isOpen && !isClosing) {
                        TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
                        socket.getOutputStream().write(request);
                        read(in);
                        add(System.nanoTime() - dueNanos);
                        dueNanos += intervalNanos;
                        isOpen = !isConnectedAnew;
                    }
                }
            }
        } catch (IOException e) {
            failure = Optional.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket connect() throws IOException {
        int colon = address.lastIndexOf(':');
        Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private static void read(InputStream in) throws IOException {
        int length = 0;
        String line = line(in);
        if (!line.startsWith("HTTP/1.1 200")) {
            throw new IOException("unexpected response: " + line);
        }
        while (!line.isEmpty()) {
            line = line(in);
            if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                length = Integer.parseInt(line.substring(LENGTH.length()).strip());
            }
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("the connection was closed");
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }

    private synchronized void add(long taken) {
        if (count == nanos.length && count < TIMES_MAX) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        if (count < nanos.length) {
            nanos[count++] = taken;
        }
    }

    /** What was measured since the last call. */
    public synchronized Times take() throws IOException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        count = 0;
        Arrays.sort(sorted);
        return sorted.length == 0
                ? new Times(0, 0, 0, 0)
                : new Times(
                        sorted.length,
                        sorted[sorted.length / 2] / 1e6,
                        sorted[(int) (sorted.length * 0.99)] / 1e6,
                        sorted[sorted.length - 1] / 1e6);
    }

    @Override
    public void close() {
        isClosing = true;
        try {
            thread.join(TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
