package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The server, and before it all proxies at once, each idle while another one is measured. */
public final class HttpBed implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Map<String, String> PROBE_HEADERS = Requests.headers(Requests.ADMITTED_KEY);

    private final Path folder;
    private final Place place;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final List<Subject> subjects = new ArrayList<>();

    private HttpBed(Path folder, Place place) {
        this.folder = folder;
        this.place = place;
    }

    /** Starts everything; the variants of Sluice come first, then HAProxy, HAProxy with splice, nginx. */
    public static HttpBed start(List<SidecarLaunch.Variant> variants) throws IOException, InterruptedException {
        HttpBed bed = new HttpBed(Files.createTempDirectory("sluice-bench-"), Place.random());
        try {
            bed.startAll(variants);
            return bed;
        } catch (IOException | InterruptedException | RuntimeException e) {
            bed.close();
            throw e;
        }
    }

    private void startAll(List<SidecarLaunch.Variant> variants) throws IOException, InterruptedException {
        running.push(Upstream.start(folder, place));
        Answers.await(Upstream.address(place), Upstream.PROBE, PROBE_HEADERS, START_NANOS, 10);
        for (int i = 0; i < variants.size(); i++) {
            start(SidecarLaunch.of(folder, place, i, Upstream.address(place), variants.get(i)));
        }
        start(Haproxy.proxy(folder, place, false));
        start(Haproxy.proxy(folder, place, true));
        start(Nginx.proxy(folder, place));
    }

    private void start(Subject.Launch launch) throws IOException, InterruptedException {
        Subject subject = Subject.start(folder, place.proxyCpu(), launch);
        running.push(subject);
        try {
            Answers.await(subject.openAddress(), Upstream.PROBE, PROBE_HEADERS, START_NANOS, 20);
        } catch (IOException e) {
            throw new IOException(subject.name() + " does not answer:\n" + subject.output(), e);
        }
        subjects.add(subject);
    }

    public List<Subject> subjects() {
        return List.copyOf(subjects);
    }

    /** {@code host:port} of the server behind the proxies. */
    public String directAddress() {
        return Upstream.address(place);
    }

    public Path folder() {
        return folder;
    }

    public Place place() {
        return place;
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                System.err.println("could not be stopped: " + e);
            }
        }
        Folders.remove(folder);
    }
}
