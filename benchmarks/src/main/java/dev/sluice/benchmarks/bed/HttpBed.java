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

/** The server and all proxies before it. They all run during the whole benchmark; each is idle while another is measured. */
public final class HttpBed implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Signed rightly: a wrong signature that is served would change how a sidecar looks at the key. */
    private static final Map<String, String> PROBE_HEADERS =
            S3RequestHeaders.signed("GET", NginxUpstream.PROBE, S3RequestHeaders.ADMITTED_KEY, S3RequestHeaders.HOST);

    private final Path folder;
    private final RunPlacement place;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final List<ProxyUnderTest> subjects = new ArrayList<>();

    private HttpBed(Path folder, RunPlacement place) {
        this.folder = folder;
        this.place = place;
    }

    /** Starts everything; the variants of Sluice come first, then HAProxy, HAProxy with splice, nginx. */
    public static HttpBed start(List<SidecarLaunch.Variant> variants) throws IOException, InterruptedException {
        HttpBed bed = new HttpBed(Files.createTempDirectory("sluice-bench-"), RunPlacement.random());
        try {
            bed.startAll(variants);
            return bed;
        } catch (IOException | InterruptedException | RuntimeException e) {
            bed.close();
            throw e;
        }
    }

    private void startAll(List<SidecarLaunch.Variant> variants) throws IOException, InterruptedException {
        running.push(NginxUpstream.start(folder, place));
        HttpProbe.await(NginxUpstream.address(place), NginxUpstream.PROBE, PROBE_HEADERS, START_NANOS, 10);
        for (int i = 0; i < variants.size(); i++) {
            start(SidecarLaunch.of(folder, place, i, NginxUpstream.address(place), variants.get(i)));
        }
        start(HaproxySetup.proxy(folder, place, false));
        start(HaproxySetup.proxy(folder, place, true));
        start(NginxSetup.proxy(folder, place));
    }

    private void start(ProxyUnderTest.Launch launch) throws IOException, InterruptedException {
        ProxyUnderTest subject = ProxyUnderTest.start(folder, place.proxyCpu(), launch);
        running.push(subject);
        try {
            HttpProbe.await(subject.openAddress(), NginxUpstream.PROBE, PROBE_HEADERS, START_NANOS, 20);
        } catch (IOException e) {
            throw new IOException(subject.name() + " does not answer:\n" + subject.output(), e);
        }
        subjects.add(subject);
    }

    public List<ProxyUnderTest> subjects() {
        return List.copyOf(subjects);
    }

    /** {@code host:port} of the server behind the proxies. */
    public String directAddress() {
        return NginxUpstream.address(place);
    }

    public Path folder() {
        return folder;
    }

    public RunPlacement place() {
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
        RunFolder.remove(folder);
    }
}
