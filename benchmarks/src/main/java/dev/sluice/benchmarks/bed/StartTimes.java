package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures the time from the start of a process to its first response from the server behind it, on all processors. */
public final class StartTimes {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Above the slots of all running variants. */
    private static final int FIRST_SLOT = 10;

    private final HttpBed bed;

    public StartTimes(HttpBed bed) {
        this.bed = bed;
    }

    /** Starts it by the script, as operators do; milliseconds. */
    public double scriptMillis(SidecarLaunch.Variant variant) throws IOException, InterruptedException {
        return millis(launch(variant, "-start"));
    }

    /** Starts only the java command of the script; milliseconds. */
    public double javaMillis(SidecarLaunch.Variant variant) throws IOException, InterruptedException {
        ProxyUnderTest.Launch launch = launch(variant, "-java");
        ProxyUnderTest running = bed.subjects().stream()
                .filter(subject -> subject.name().equals(variant.name()))
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>(SidecarLaunch.javaCommand(running.pid()));
        command.set(command.size() - 1, launch.command().get(launch.command().size() - 1));
        return millis(new ProxyUnderTest.Launch(
                launch.name(), command, launch.environment(), launch.openAddress(), launch.closedAddress()));
    }

    private ProxyUnderTest.Launch launch(SidecarLaunch.Variant variant, String suffix) throws IOException {
        SidecarLaunch.Variant fresh = variant.named(variant.name() + suffix);
        return SidecarLaunch.of(bed.folder(), bed.place(), FIRST_SLOT, bed.directAddress(), fresh);
    }

    private double millis(ProxyUnderTest.Launch launch) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        try (ProxyUnderTest subject = ProxyUnderTest.start(bed.folder(), RunPlacement.allCpus(), launch)) {
            HttpProbe.await(
                    subject.openAddress(),
                    NginxUpstream.PROBE,
                    S3RequestHeaders.headers(S3RequestHeaders.ADMITTED_KEY),
                    TIMEOUT_NANOS,
                    1);
            return (System.nanoTime() - startNanos) / 1e6;
        }
    }
}
