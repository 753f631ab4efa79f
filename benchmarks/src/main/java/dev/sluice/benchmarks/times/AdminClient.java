package dev.sluice.benchmarks.times;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Reads from the admin port of a sidecar. */
final class AdminClient {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;

    /** @param address {@code host:port} */
    AdminClient(String address) {
        this.address = address;
    }

    String get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** The value of a metric without labels. */
    double metric(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("the sidecar has no metric " + name));
    }
}
