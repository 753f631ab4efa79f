package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Sends requests to an address until it responds. */
public final class HttpProbe {
    private static final int TIMEOUT_MILLIS = 5_000;

    private HttpProbe() {}

    /** Sends one request on a new connection and returns the status; 0 if there is no response. */
    static int status(String address, String path, Map<String, String> headers) {
        int colon = address.lastIndexOf(':');
        InetSocketAddress to =
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Connection: close\r\n\r\n");
        try (Socket socket = new Socket()) {
            socket.connect(to, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            String response = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return response.startsWith("HTTP/1.1 ") ? Integer.parseInt(response.substring(9)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * Waits for the first response with status 200.
     *
     * @throws IOException if there is none within the time
     */
    public static void await(
            String address, String path, Map<String, String> headers, long timeoutNanos, long pauseMillis)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (status(address, path, headers) != 200) {
            if (System.nanoTime() - start > timeoutNanos) {
                throw new IOException("no answer from " + address);
            }
            Thread.sleep(pauseMillis);
        }
    }
}
