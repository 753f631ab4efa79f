package dev.sluice.benchmarks.http;

import dev.sluice.benchmarks.bed.CpuTime;
import dev.sluice.benchmarks.bed.H2load;
import dev.sluice.benchmarks.bed.HttpBed;
import dev.sluice.benchmarks.bed.HttpLoad;
import dev.sluice.benchmarks.bed.ProxyUnderTest;
import dev.sluice.benchmarks.bed.SidecarLaunch.Variant;
import dev.sluice.benchmarks.bed.StartTimes;
import dev.sluice.benchmarks.bed.Wrk;
import dev.sluice.benchmarks.report.MeasuredQuantity;
import dev.sluice.benchmarks.report.RoundResults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Compares Sluice, HAProxy and nginx before the same server, in rounds. Each round measures every case of every proxy. The
 * order of the proxies rotates from round to round, so that a slow phase of the machine affects all of them.
 */
public final class HttpComparison {
    private static final int FIXED_RATE = 3_000;
    private static final String SPLICE = "haproxy-splice";
    private static final double KIB_PER_MIB = 1024;
    private static final int WARM_UP_PASSES = 3;

    private final HttpBed bed;
    private final Plan plan;
    private final RoundResults results = new RoundResults();

    /**
     * How much is measured.
     *
     * @param variants of Sluice, the shipped one first
     * @param secondsEach the load time of one proxy in one round of one case
     * @param warmUpSeconds of the first case; others get a third of it
     * @param starts how many processes are started
     */
    public record Plan(
            List<HttpCase> cases,
            List<Variant> variants,
            int rounds,
            double secondsEach,
            double warmUpSeconds,
            int starts) {}

    public HttpComparison(HttpBed bed, Plan plan) {
        this.bed = bed;
        this.plan = plan;
    }

    public RoundResults run() throws IOException, InterruptedException {
        warmUp();
        for (int round = 0; round < plan.rounds; round++) {
            System.err.printf("round %d of %d%n", round + 1, plan.rounds);
            for (HttpCase c : plan.cases) {
                if (c.isThroughput()) {
                    for (ProxyUnderTest subject : subjects(c, round)) {
                        throughput(c, round, subject);
                    }
                } else if (c == HttpCase.LATENCY) {
                    latency(round);
                }
            }
        }
        proofs();
        memory();
        if (plan.cases.contains(HttpCase.START)) {
            starts();
        }
        return results;
    }

    /** HAProxy with splice takes part only in cases with large bodies. */
    private List<ProxyUnderTest> subjects(HttpCase c, int round) {
        List<ProxyUnderTest> order = new ArrayList<>(bed.subjects().stream()
                .filter(subject -> c.isLarge() || !subject.name().equals(SPLICE))
                .toList());
        Collections.rotate(order, -round);
        return order;
    }

    /**
     * Uses loads as short as the measured ones, and all cases one after the other. Otherwise the JIT compiler would compile
     * again at the first closed connection, or at another kind of request.
     */
    private void warmUp() throws IOException, InterruptedException {
        for (int pass = 0; pass < WARM_UP_PASSES; pass++) {
            double seconds = plan.warmUpSeconds / WARM_UP_PASSES;
            for (HttpCase c : plan.cases) {
                if (c.isThroughput()) {
                    System.err.printf("warming up, %d of %d: %s%n", pass + 1, WARM_UP_PASSES, c.key());
                    for (ProxyUnderTest subject : subjects(c, pass)) {
                        warmUp(c, subject, seconds);
                    }
                    seconds = plan.warmUpSeconds / WARM_UP_PASSES / 3;
                }
            }
        }
    }

    private void warmUp(HttpCase c, ProxyUnderTest subject, double seconds) throws IOException, InterruptedException {
        boolean isJvm =
                plan.variants.stream().anyMatch(variant -> variant.name().equals(subject.name()));
        int loads = isJvm ? (int) Math.ceil(seconds / plan.secondsEach) : 1;
        for (int i = 0; i < loads; i++) {
            load(c, subject, isJvm ? plan.secondsEach : 1);
        }
    }

    private Wrk.WrkResult load(HttpCase c, ProxyUnderTest subject, double seconds)
            throws IOException, InterruptedException {
        boolean rejects = c == HttpCase.REJECT;
        String address = rejects ? subject.closedAddress() : subject.openAddress();
        Wrk.WrkResult result = new Wrk(bed.folder(), bed.place().loadCpu()).run(address, c.load(), seconds);
        long wrong = rejects ? result.requests() - result.refused() : result.refused();
        if (result.broken() > 0 || wrong > result.requests() / 100) {
            throw new IOException(subject.name() + " answers " + c.key() + " wrongly: " + result);
        }
        return result;
    }

    private void throughput(HttpCase c, int round, ProxyUnderTest subject) throws IOException, InterruptedException {
        CpuTime before = subject.cpu();
        Wrk.WrkResult result = load(c, subject, plan.secondsEach);
        CpuTime used = subject.cpu().since(before);
        String name = subject.name();
        if (c.isLarge()) {
            double gigabytes = result.bytes() / 1e9;
            results.add(
                    new MeasuredQuantity("CPU per GB, " + c.title(), "ms", 0),
                    round,
                    name,
                    used.totalMicros() / 1e3 / gigabytes);
            results.add(
                    new MeasuredQuantity("throughput, " + c.title(), "GB/s", 2),
                    round,
                    name,
                    gigabytes * 1e6 / result.micros());
        } else {
            String what = c == HttpCase.REJECT ? "CPU per rejected request" : "CPU per request, " + c.title();
            results.add(new MeasuredQuantity(what, "us", 2), round, name, used.totalMicros() / result.requests());
            results.add(
                    new MeasuredQuantity(what + ", user mode", "us", 2),
                    round,
                    name,
                    used.userMicros() / result.requests());
            results.add(
                    new MeasuredQuantity("throughput, " + c.title(), "requests/s", 0),
                    round,
                    name,
                    result.requestsPerSecond());
        }
    }

    private void latency(int round) throws IOException, InterruptedException {
        H2load load = new H2load(bed.folder(), bed.place().loadCpu());
        MeasuredQuantity p50 = new MeasuredQuantity("p50 at " + FIXED_RATE + " requests/s", "us", 0);
        MeasuredQuantity added = new MeasuredQuantity("added p50 at " + FIXED_RATE + " requests/s", "us", 0);
        double direct =
                load.medianMicros(bed.directAddress(), latencyLoad(bed.directAddress()), FIXED_RATE, plan.secondsEach);
        for (ProxyUnderTest subject : subjects(HttpCase.LATENCY, round)) {
            double through = load.medianMicros(
                    subject.openAddress(), latencyLoad(subject.openAddress()), FIXED_RATE, plan.secondsEach);
            results.add(added, round, subject.name(), through - direct);
            results.add(p50, round, subject.name(), through);
        }
        results.add(p50, round, "direct", direct);
    }

    /** h2load sends the address as {@code Host}. */
    private static HttpLoad latencyLoad(String address) {
        return HttpCase.LATENCY.load(address);
    }

    /** By what the sidecars that look at credentials have proven them. One that did something else was not measured. */
    private void proofs() throws IOException {
        for (ProxyUnderTest subject : bed.subjects()) {
            Optional<Variant> variant = plan.variants.stream()
                    .filter(v -> v.name().equals(subject.name()) && v.isProving())
                    .findFirst();
            if (variant.isEmpty()) {
                continue;
            }
            double bySignature = subject.metric("sluice_claims_total{proof=\"signature\"}");
            double byFeedback = subject.metric("sluice_claims_total{proof=\"feedback\"}");
            double all = bySignature + byFeedback + subject.metric("sluice_claims_total{proof=\"none\"}");
            if (all > 0) {
                proven(subject.name(), "signature", bySignature / all);
                proven(subject.name(), "feedback", byFeedback / all);
            }
            if (!variant.get().hasProven(bySignature / all, byFeedback / all)) {
                throw new IOException(subject.name() + " proved " + bySignature + " of " + all
                        + " requests by signature and " + byFeedback + " by feedback");
            }
        }
    }

    private void proven(String subject, String by, double part) {
        results.add(new MeasuredQuantity("requests proven by " + by, "%", 2), 0, subject, 100 * part);
    }

    private void memory() throws IOException {
        for (ProxyUnderTest subject : bed.subjects()) {
            results.add(
                    new MeasuredQuantity("resident memory after the load", "MiB", 1),
                    0,
                    subject.name(),
                    subject.memory().residentKib() / KIB_PER_MIB);
            results.add(
                    new MeasuredQuantity("resident memory, peak", "MiB", 1),
                    0,
                    subject.name(),
                    subject.memory().peakKib() / KIB_PER_MIB);
        }
    }

    private void starts() throws IOException, InterruptedException {
        StartTimes starts = new StartTimes(bed);
        MeasuredQuantity script = new MeasuredQuantity("first response after start, by the script", "ms", 0);
        MeasuredQuantity java = new MeasuredQuantity("first response after start, java alone", "ms", 0);
        for (int i = 0; i < plan.starts; i++) {
            System.err.printf("start %d of %d%n", i + 1, plan.starts);
            for (Variant variant : plan.variants) {
                results.add(script, i, variant.name(), starts.scriptMillis(variant));
                results.add(java, i, variant.name(), starts.javaMillis(variant));
            }
        }
    }
}
