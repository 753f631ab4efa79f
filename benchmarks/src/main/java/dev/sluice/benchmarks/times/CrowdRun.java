package dev.sluice.benchmarks.times;

import dev.sluice.benchmarks.bed.LoneSidecar;
import dev.sluice.benchmarks.bed.S3RequestHeaders;
import dev.sluice.benchmarks.flash.FlashUpstream;
import dev.sluice.benchmarks.times.TimedRequests.Times;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Probes of a sidecar whose ports are crowded, each on a connection of its own.
 *
 * @param home the folder of the {@code sluice} script
 * @param keys access keys that have sent a request before the usage is read
 * @param seconds the length of each situation
 */
public record CrowdRun(Path home, int keys, int seconds) {
    private static final String LIMITS = "limits { each-user { read-ops = 1000000/s } }\n";
    private static final long INTERVAL_MILLIS = 20;
    private static final long WARM_UP_MILLIS = 5_000;
    /** So long after the last of many connections all are accepted. */
    private static final long OPENING_MILLIS = 1_000;

    private static final int CONNECTIONS_MAX = 500;
    private static final int IDLE = 1_000;
    private static final int HALF_OPEN = 100;

    /**
     * A situation and how long {@code /healthz} took in it.
     *
     * @param what in words
     */
    public record Situation(String what, Times probes) {}

    /** All situations, one after the other. */
    public List<Situation> run() throws IOException, InterruptedException {
        List<Situation> situations = new ArrayList<>();
        try (FlashUpstream upstream = FlashUpstream.start();
                LoneSidecar sidecar = LoneSidecar.start(
                        home, upstream.address(), LIMITS, "listen.max-connections = " + CONNECTIONS_MAX, "-Xmx1g")) {
            try (TimedRequests probes = TimedRequests.ofProbe(sidecar.adminAddress(), "/healthz", INTERVAL_MILLIS)) {
                Thread.sleep(WARM_UP_MILLIS);
                probes.take();
                situations.add(measure("nothing else", probes));
                List<Socket> crowd = crowd(sidecar.adminAddress(), IDLE, "");
                crowd.addAll(crowd(sidecar.adminAddress(), HALF_OPEN, "GET /hea"));
                Thread.sleep(OPENING_MILLIS);
                situations.add(
                        new Situation(IDLE + HALF_OPEN + " admin connections are opened in one go", probes.take()));
                situations.add(measure(IDLE + " idle and " + HALF_OPEN + " half-open admin connections", probes));
                crowd.addAll(crowd(sidecar.address(), 2 * CONNECTIONS_MAX, ""));
                situations.add(measure("also " + 2 * CONNECTIONS_MAX + " connections to the S3 port", probes));
                for (Socket socket : crowd) {
                    socket.close();
                }
                use(sidecar.address());
                situations.add(whileReading("/metrics", sidecar, probes));
                situations.add(whileReading("/api/v1/usage", sidecar, probes));
            }
        }
        return situations;
    }

    private Situation measure(String what, TimedRequests probes) throws IOException, InterruptedException {
        probes.take();
        Thread.sleep(1_000L * seconds);
        return new Situation(what, probes.take());
    }

    private Situation whileReading(String path, LoneSidecar sidecar, TimedRequests probes)
            throws IOException, InterruptedException {
        AtomicBoolean isEnding = new AtomicBoolean();
        AdminClient admin = new AdminClient(sidecar.adminAddress());
        Thread reader = new Thread(
                () -> {
                    try {
                        while (!isEnding.get()) {
                            admin.get(path);
                        }
                    } catch (IOException e) {
                        System.err.println("ports: " + path + ": " + e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "reader");
        reader.start();
        Situation situation = measure(path + " read without a pause, " + keys + " keys in use", probes);
        isEnding.set(true);
        reader.join();
        return situation;
    }

    private static Socket connect(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        return new Socket(
                InetAddress.getByName(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
    }

    private static List<Socket> crowd(String address, int count, String sent) throws IOException {
        List<Socket> crowd = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = connect(address);
            crowd.add(socket);
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
        }
        return crowd;
    }

    /** One request of each key. */
    private void use(String address) throws IOException {
        try (Socket socket = connect(address)) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[4_096];
            for (int i = 0; i < keys; i++) {
                StringBuilder head = new StringBuilder("HEAD /" + S3RequestHeaders.BUCKET + "/object HTTP/1.1\r\n");
                S3RequestHeaders.headers(String.format("AKIACROWD%011d", i))
                        .forEach((name, value) ->
                                head.append(name).append(": ").append(value).append("\r\n"));
                socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
                readHead(in, buffer);
            }
        }
    }

    private static void readHead(InputStream in, byte[] buffer) throws IOException {
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            int read = in.read(buffer);
            if (read < 0) {
                throw new IOException("the sidecar closed the connection");
            }
            text += new String(buffer, 0, read, StandardCharsets.US_ASCII);
        }
    }
}
