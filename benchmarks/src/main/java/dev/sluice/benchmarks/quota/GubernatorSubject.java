package dev.sluice.benchmarks.quota;

import dev.sluice.benchmarks.bed.CpuTime;
import dev.sluice.benchmarks.bed.HttpProbe;
import dev.sluice.benchmarks.bed.ProxyUnderTest;
import dev.sluice.benchmarks.bed.RunPlacement;
import dev.sluice.benchmarks.bed.SystemCommand;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gubernator alone, by its gRPC: single checks, and batches. h2load sends frames that are made here. */
public final class GubernatorSubject implements QuotaSubject {
    private static final int GRPC_PORT = 95;
    private static final int HTTP_PORT = 96;
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int TRIAL_REQUESTS = 5_000;
    private static final Pattern DONE = Pattern.compile("finished in ([0-9.]+)(us|ms|s),");
    private static final Pattern SUCCEEDED = Pattern.compile("requests: .*? ([0-9]+) succeeded");

    private final Path folder;
    private final RunPlacement place;
    private final ProxyUnderTest process;

    private GubernatorSubject(Path folder, RunPlacement place, ProxyUnderTest process) {
        this.folder = folder;
        this.place = place;
        this.process = process;
    }

    /** Starts the binary. */
    public static GubernatorSubject start(Path folder, RunPlacement place, Path binary)
            throws IOException, InterruptedException {
        String grpc = place.address(GRPC_PORT);
        Map<String, String> environment = Map.of(
                "GUBER_GRPC_ADDRESS", grpc,
                "GUBER_ADVERTISE_ADDRESS", grpc,
                "GUBER_HTTP_ADDRESS", place.address(HTTP_PORT));
        ProxyUnderTest process = ProxyUnderTest.start(
                folder,
                place.proxyCpu(),
                new ProxyUnderTest.Launch("gubernator", List.of(binary.toString()), environment, grpc, grpc));
        HttpProbe.await(place.address(HTTP_PORT), "/v1/HealthCheck", Map.of("Host", "bench"), START_NANOS, 50);
        return new GubernatorSubject(folder, place, process);
    }

    @Override
    public String name() {
        return "gubernator";
    }

    @Override
    public boolean has(QuotaCase c) {
        return c == QuotaCase.ALLOW || c == QuotaCase.BATCH;
    }

    @Override
    public CpuTime cpu() throws IOException {
        return process.cpu();
    }

    @Override
    public QuotaLoadResult load(QuotaCase c, double seconds) throws IOException, InterruptedException {
        Path frame = Files.write(folder.resolve("gubernator.frame"), frame(c.calls()));
        QuotaLoadResult trial = run(c, frame, TRIAL_REQUESTS);
        QuotaLoadResult rest = run(c, frame, Math.max(TRIAL_REQUESTS, Math.round(trial.rate() / c.calls() * seconds)));
        return new QuotaLoadResult(trial.calls() + rest.calls(), trial.micros() + rest.micros());
    }

    private QuotaLoadResult run(QuotaCase c, Path frame, long requests) throws IOException, InterruptedException {
        String output = SystemCommand.run(
                "taskset",
                "-c",
                place.loadCpu(),
                "h2load",
                "-t1",
                "-c" + c.connections(),
                "-m1",
                "-n" + requests,
                "-d",
                frame.toString(),
                "-H",
                "content-type: application/grpc",
                "-H",
                "te: trailers",
                "http://" + place.address(GRPC_PORT) + "/pb.gubernator.V1/GetRateLimits");
        Matcher done = DONE.matcher(output);
        Matcher succeeded = SUCCEEDED.matcher(output);
        if (!done.find() || !succeeded.find() || Long.parseLong(succeeded.group(1)) < requests) {
            throw new IOException("gubernator answers wrongly:\n" + output);
        }
        double unit = switch (done.group(2)) {
            case "us" -> 1;
            case "ms" -> 1e3;
            default -> 1e6;
        };
        return new QuotaLoadResult(requests * c.calls(), Double.parseDouble(done.group(1)) * unit);
    }

    /** A message of gRPC: {@code GetRateLimitsReq} with so many requests for one name. */
    static byte[] frame(int checks) throws IOException {
        ByteArrayOutputStream check = new ByteArrayOutputStream();
        text(check, 1, QuotaCase.NAMESPACE);
        text(check, 2, QuotaCase.RESOURCE);
        number(check, 3, 1);
        number(check, 4, 1_000_000_000);
        number(check, 5, 1_000);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int i = 0; i < checks; i++) {
            message.write((1 << 3) | 2);
            varint(message, check.size());
            check.writeTo(message);
        }
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(frame);
        out.writeByte(0);
        out.writeInt(message.size());
        message.writeTo(out);
        return frame.toByteArray();
    }

    private static void text(ByteArrayOutputStream to, int field, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        to.write((field << 3) | 2);
        varint(to, bytes.length);
        to.write(bytes, 0, bytes.length);
    }

    private static void number(ByteArrayOutputStream to, int field, long value) {
        to.write(field << 3);
        varint(to, value);
    }

    private static void varint(ByteArrayOutputStream to, long value) {
        long left = value;
        while (left >= 0x80) {
            to.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        to.write((int) left);
    }

    @Override
    public void close() {
        process.close();
    }
}
