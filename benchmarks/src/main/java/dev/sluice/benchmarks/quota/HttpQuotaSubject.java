package dev.sluice.benchmarks.quota;

import dev.sluice.benchmarks.bed.CpuTime;
import dev.sluice.benchmarks.bed.HttpProbe;
import dev.sluice.benchmarks.bed.ProxyUnderTest;
import dev.sluice.benchmarks.bed.RunPlacement;
import dev.sluice.benchmarks.bed.SidecarLaunch.Variant;
import dev.sluice.benchmarks.bed.Wrk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A service with QMS's paths and JSON: {@code sluice quota} as operators run it, or one that runs already. */
public final class HttpQuotaSubject implements QuotaSubject {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final int FIRST_PORT = 60;

    private final String name;
    private final String address;
    private final List<Long> pids;
    private final Optional<ProxyUnderTest> process;
    private final Wrk wrk;

    private HttpQuotaSubject(String name, String address, List<Long> pids, Optional<ProxyUnderTest> process, Wrk wrk) {
        this.name = name;
        this.address = address;
        this.pids = pids;
        this.process = process;
        this.wrk = wrk;
    }

    /**
     * Starts {@code sluice quota} with a store on the disk.
     *
     * @param slot 0, 1, 2 ... for variants that run at once
     * @param data where allocations are kept: a folder on the disk that is measured
     */
    public static HttpQuotaSubject start(Path folder, RunPlacement place, int slot, Variant variant, Path data)
            throws IOException, InterruptedException {
        Path own = Files.createDirectories(folder.resolve(variant.name()));
        int base = FIRST_PORT + 5 * slot;
        String address = place.address(base);
        Files.writeString(own.resolve("quotas.conf"), """
                quotas {
                  rate { %1$s { %2$s {
                    algorithm = token-bucket, unit = second, requests-per-unit = 1000000000, burst = 1000000000 } } }
                  alloc { %1$s { %2$s { capacity = 1000000000000 } } }
                }
                """.formatted(QuotaCase.NAMESPACE, QuotaCase.RESOURCE));
        Path conf = Files.writeString(own.resolve("sluice.conf"), """
                sluice {
                  node-id = "%s"
                  quota { listen = "%s", quotas-file = "%s", alloc { backend = local, dir = "%s" } }
                  sync { listen = "tcp://%s", cluster = bench-quota }
                  admin.address = "%s"
                }
                """.formatted(
                        variant.name(),
                        address,
                        own.resolve("quotas.conf"),
                        data.resolve(variant.name()),
                        place.address(base + 1),
                        place.address(base + 2)));
        List<String> command = List.of(variant.home().resolve("sluice").toString(), "quota", "-c", conf.toString());
        ProxyUnderTest process = ProxyUnderTest.start(
                folder,
                place.proxyCpu(),
                new ProxyUnderTest.Launch(variant.name(), command, variant.environment(), address, address));
        HttpQuotaSubject subject = new HttpQuotaSubject(
                variant.name(), address, List.of(), Optional.of(process), new Wrk(folder, place.loadCpu()));
        try {
            HttpProbe.await(address, "/ready", Map.of("Host", "bench"), START_NANOS, 50);
            subject.check(QuotaCase.ALLOW);
            subject.check(QuotaCase.ALLOC);
            return subject;
        } catch (IOException e) {
            subject.close();
            throw new IOException(e.getMessage() + "\n" + process.output(), e);
        }
    }

    /** A service that runs already, such as QMS, with a rate and an allocation quota {@code bench}, {@code calls}. */
    public static HttpQuotaSubject running(String name, long pid, String address, Path folder, RunPlacement place) {
        return new HttpQuotaSubject(name, address, List.of(pid), Optional.empty(), new Wrk(folder, place.loadCpu()));
    }

    private void check(QuotaCase c) throws IOException {
        HttpURLConnection call = (HttpURLConnection)
                URI.create("http://" + address + c.path()).toURL().openConnection();
        call.setDoOutput(true);
        call.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = call.getOutputStream()) {
            out.write(c.body().getBytes(StandardCharsets.US_ASCII));
        }
        try (InputStream in = call.getInputStream()) {
            String body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (!body.contains("\"ok\":true")) {
                throw new IOException(name + " answers " + c.key() + " wrongly: " + body);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean has(QuotaCase c) {
        return process.isPresent() || c != QuotaCase.BATCH;
    }

    @Override
    public CpuTime cpu() throws IOException {
        return process.isPresent() ? process.get().cpu() : CpuTime.of(pids);
    }

    @Override
    public QuotaLoadResult load(QuotaCase c, double seconds) throws IOException, InterruptedException {
        Wrk.WrkResult result = wrk.post(address, c.path(), c.body(), c.connections(), seconds);
        if (result.refused() > 0 || result.broken() > 0) {
            throw new IOException(name + " answers " + c.key() + " wrongly: " + result);
        }
        if (c != QuotaCase.VIEW && c != QuotaCase.BATCH) {
            // a quota that has run empty would be measured refusing
            check(c);
        }
        return new QuotaLoadResult(result.requests() * c.calls(), result.micros());
    }

    @Override
    public void close() {
        process.ifPresent(ProxyUnderTest::close);
    }
}
