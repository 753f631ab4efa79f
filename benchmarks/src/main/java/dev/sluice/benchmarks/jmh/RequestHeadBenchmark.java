package dev.sluice.benchmarks.jmh;

import dev.sluice.benchmarks.bed.S3RequestHeaders;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Parsing request heads as AWS SDKs send them. Heads differ in their targets and in the order of their lines, as those of
 * several clients do, so that the processor cannot predict their ends.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class RequestHeadBenchmark {
    private static final int HEADS = 1024;

    private final byte[][] heads = heads();
    private final RequestHead head = new RequestHead();
    private int next;

    private static byte[][] heads() {
        SplittableRandom random = new SplittableRandom(1);
        byte[][] heads = new byte[HEADS][];
        for (int i = 0; i < HEADS; i++) {
            StringBuilder text = new StringBuilder("GET /" + S3RequestHeaders.BUCKET + "/");
            for (int letters = random.nextInt(8, 60); letters > 0; letters--) {
                text.append((char) random.nextInt('a', 'z' + 1));
            }
            text.append(" HTTP/1.1\r\n");
            var lines = new ArrayList<>(
                    S3RequestHeaders.headers(S3RequestHeaders.ADMITTED_KEY).entrySet());
            Collections.rotate(lines, random.nextInt(lines.size()));
            lines.forEach(line -> text.append(line.getKey())
                    .append(": ")
                    .append(line.getValue())
                    .append("\r\n"));
            heads[i] = text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        }
        return heads;
    }

    @Benchmark
    public HeadParseResult alike() {
        byte[] bytes = heads[0];
        return head.parse(bytes, bytes.length, bytes.length);
    }

    @Benchmark
    public HeadParseResult different() {
        byte[] bytes = heads[next++ & (HEADS - 1)];
        return head.parse(bytes, bytes.length, bytes.length);
    }
}
