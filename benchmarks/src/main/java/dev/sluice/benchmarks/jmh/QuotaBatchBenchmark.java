package dev.sluice.benchmarks.jmh;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.QueryParameters;
import dev.sluice.proxy.quota.api.CallCounters;
import dev.sluice.proxy.quota.api.QuotaApi;
import dev.sluice.proxy.quota.http.QuotaHandler;
import dev.sluice.proxy.quota.http.QuotaHeaders;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaRequest;
import dev.sluice.proxy.quota.http.QuotaWorker;
import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.journal.AllocStore;
import dev.sluice.quota.rate.KeyedRates;
import dev.sluice.quota.rate.LimiterRateQuotas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** A check in a batch to the quota port, from the bytes of its body to those of its response: without HTTP and the network. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class QuotaBatchBenchmark {
    private static final int CALLS = 100;

    /** How many quotas the calls of a batch name, in turn. */
    @Param({"1", "100"})
    private int quotas = 1;

    private final AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, System::currentTimeMillis);
    private final QuotaWorker worker = new QuotaWorker();
    private QuotaHandler batch = (request, nowNanos) -> {
        throw new IllegalStateException("not prepared");
    };
    private QuotaRequest request = request("");

    @Setup
    public void prepare() {
        Limit highest = Limit.perSecond(Limit.AMOUNT_MAX / 1024, MeterAlgorithm.WINDOW);
        Map<String, LimitSet> named = new HashMap<>();
        StringJoiner body = new StringJoiner(",", "[", "]");
        for (int i = 0; i < CALLS; i++) {
            QuotaName name = new QuotaName("bench", "calls" + i % quotas);
            named.put(name.subject(), LimitSet.of(Dimension.TOKENS, highest));
            body.add(
                    "{\"op\":\"allow\",\"namespace\":\"bench\",\"resource\":\"" + name.resource() + "\",\"tokens\":1}");
        }
        Policy policy = Policy.UNLIMITED.with(new QuotaLimits(named, Map.of()));
        Admission admission = new Admission(new SubjectIds("bench"), 1000, 0, policy);
        LimiterRateQuotas rates = new LimiterRateQuotas(admission.tokens());
        KeyedRates keyed = new KeyedRates(rates, 1, 1);
        batch = new QuotaApi(rates, keyed, store, worker, new CallCounters(), CALLS, System::nanoTime)
                .calls().stream()
                        .filter(route -> route.path().equals("/api/v1/batch"))
                        .findFirst()
                        .orElseThrow()
                        .handler();
        request = request(body.toString());
    }

    private static QuotaRequest request(String body) {
        return new QuotaRequest(
                "POST",
                "/api/v1/batch",
                Map.of(),
                QueryParameters.NONE,
                QuotaHeaders.NONE,
                body.getBytes(StandardCharsets.US_ASCII));
    }

    @TearDown
    public void close() throws IOException {
        worker.close();
        store.close();
    }

    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(CALLS)
    public QuotaReply check() throws BadRequestException {
        return batch.handle(request, System.nanoTime());
    }
}
