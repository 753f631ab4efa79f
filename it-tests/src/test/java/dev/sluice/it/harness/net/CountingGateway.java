package dev.sluice.it.harness.net;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A gateway that responds to all requests with two bytes, and remembers when they came. */
public final class CountingGateway extends StubGateway {
    private final Map<String, Queue<Long>> arrivals = new ConcurrentHashMap<>();

    public CountingGateway() throws IOException {
        open();
    }

    @Override
    protected void respond(String head, OutputStream out) throws IOException {
        var target = head.split(" ", 3)[1];
        arrivals.computeIfAbsent(target, t -> new ConcurrentLinkedQueue<>()).add(System.nanoTime());
        write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    /** When the requests for a target came, by {@link System#nanoTime}, sorted. */
    public long[] arrivals(String target) {
        return arrivals.getOrDefault(target, new ConcurrentLinkedQueue<>()).stream()
                .mapToLong(nanos -> nanos)
                .sorted()
                .toArray();
    }
}
