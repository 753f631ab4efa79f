package dev.sluice.quota.journal;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.alloc.AllocCodec;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocHoldings;
import dev.sluice.quota.alloc.AllocResult;
import dev.sluice.quota.alloc.AllocSnapshot;
import dev.sluice.quota.alloc.AllocState;
import dev.sluice.quota.alloc.IdempotencyKey;
import dev.sluice.quota.alloc.QuotaView;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allocation quotas that any thread may use. One thread takes what waits as one batch, makes it durable, applies it, and
 * hands out the results: callers that come together share one write to the disk (group commit).
 *
 * <p>Thread-safe. What waits is bounded: beyond {@value #WAITING_MAX} commands, or a {@link StoreBudget} of bytes, a caller
 * is refused at once.
 */
public final class AllocStore implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AllocStore.class);
    private static final int WAITING_MAX = 16_384;
    private static final int BATCH_MAX = 256;
    private static final long SLEEP_MILLIS_MAX = 100;
    private static final long RETRY_MILLIS = 1_000;

    private final AllocState state;
    private final Journal journal;
    private final LongSupplier clockMillis;
    private final StoreBudget budget;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<QuotaName, QuotaView> views = new ConcurrentHashMap<>();
    private final List<AllocObserver> observers = new CopyOnWriteArrayList<>();
    private final Thread writer;
    private volatile boolean isClosed;
    private volatile @Nullable String problem;

    /** What waits for the thread. */
    private sealed interface Waiting {
        CompletableFuture<?> result();
    }

    private record Submitted(List<AllocCommand> commands, long bytes, CompletableFuture<List<AllocResult>> result)
            implements Waiting {}

    private record Question<T>(Function<AllocState, T> about, CompletableFuture<T> result) implements Waiting {
        void answer(AllocState state) {
            result.complete(about.apply(state));
        }
    }

    private AllocStore(AllocState state, Journal journal, StoreBudget budget, LongSupplier clockMillis) {
        this.state = state;
        this.journal = journal;
        this.budget = budget;
        this.clockMillis = StoreClock.notBefore(state.nowMillis(), clockMillis);
        publish(state.names());
        this.writer = new Thread(this::run, "quota-store");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * A store that forgets everything at the end of the process.
     *
     * @param clockMillis since 1970; should not follow a clock that is set
     */
    public static AllocStore inMemory(AllocBounds bounds, LongSupplier clockMillis) {
        return inMemory(bounds, StoreBudget.ofThisProcess(), clockMillis);
    }

    static AllocStore inMemory(AllocBounds bounds, StoreBudget budget, LongSupplier clockMillis) {
        return new AllocStore(new AllocState(), new MemoryJournal(), budget, clockMillis).bounded(bounds);
    }

    /**
     * A store in a directory of this machine, with what was allocated before.
     *
     * @param segmentBytes the size of a log file
     * @throws IOException if the directory is damaged, in use or can't be written; the message names the file
     */
    public static AllocStore local(Path directory, long segmentBytes, AllocBounds bounds, LongSupplier clockMillis)
            throws IOException {
        Replay replay = new Replay();
        Journal journal = LocalJournal.open(directory, segmentBytes, replay);
        return new AllocStore(replay.state, journal, StoreBudget.ofThisProcess(), clockMillis).bounded(bounds);
    }

    /** Before all other commands. */
    private AllocStore bounded(AllocBounds bounds) {
        submit(new AllocCommand.Bound(bounds));
        return this;
    }

    private static final class Replay implements LocalJournal.Recovery {
        private AllocState state = new AllocState();

        @Override
        public void restore(InputStream snapshot) throws IOException {
            try (snapshot) {
                state = AllocSnapshot.read(snapshot);
            }
        }

        @Override
        public void replay(byte[] bytes) throws IOException {
            AllocCodec.Batch batch = AllocCodec.read(bytes);
            state.apply(batch.commands(), batch.millis());
        }
    }

    /**
     * Gives a command to the store. The result comes once the command is durable, on the store's thread: what follows must
     * not block it.
     *
     * @return fails with {@link StoreUnavailableException}, which tells whether anything can have been changed
     */
    public CompletableFuture<AllocResult> submit(AllocCommand command) {
        CompletableFuture<AllocResult> result = new CompletableFuture<>();
        submit(List.of(command)).whenComplete((results, failure) -> {
            var unused = results == null ? result.completeExceptionally(failure) : result.complete(results.get(0));
        });
        return result;
    }

    /**
     * Gives commands to the store that belong together: no other command comes between them, and after a crash all of them
     * are there, or none. Each is decided for itself.
     *
     * @return a result for each; fails for all of them together, as {@link #submit(AllocCommand)} does
     */
    public CompletableFuture<List<AllocResult>> submit(List<AllocCommand> commands) {
        CompletableFuture<List<AllocResult>> results = new CompletableFuture<>();
        long bytes = StoreBudget.bytesOf(commands);
        if (!budget.take(bytes)) {
            results.completeExceptionally(refusal());
        } else if (!offer(new Submitted(List.copyOf(commands), bytes, results))) {
            budget.giveBack(bytes);
        }
        return results;
    }

    /** Hands something to the thread; false: it takes no more, and the result has failed. */
    private boolean offer(Waiting next) {
        if (isClosed || !waiting.offer(next)) {
            next.result().completeExceptionally(refusal());
            return false;
        }
        if (isClosed) {
            failWaiting();
        }
        return true;
    }

    /** A quota as of the last batch; empty: there is none of that name. Any thread; never blocks. */
    public Optional<QuotaView> view(QuotaName name) {
        return Optional.ofNullable(views.get(name));
    }

    /** Who holds what of a quota; empty: there is none of that name. Fails as {@link #submit(AllocCommand)} does. */
    public CompletableFuture<Optional<AllocHoldings>> holdings(QuotaName name, int leasesMax) {
        return read(state -> state.holdings(name, leasesMax));
    }

    /**
     * What a change with that key would get without changing anything; empty: the key is not remembered. Fails as {@link
     * #submit(AllocCommand)} does.
     */
    public CompletableFuture<Optional<AllocResult>> known(IdempotencyKey key) {
        return read(state -> state.known(key));
    }

    /** Asks the state on the thread that owns it, behind what was submitted before. */
    private <T> CompletableFuture<T> read(Function<AllocState, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        offer(new Question<>(question, answer));
        return answer;
    }

    private StoreUnavailableException refusal() {
        return new StoreUnavailableException(
                isClosed ? "the store is closed" : "too many commands wait for the store", null);
    }

    /** The names of all quotas as of the last batch, in no order. Any thread; never blocks. */
    public List<QuotaName> names() {
        return List.copyOf(views.keySet());
    }

    /** How many quotas there are. Any thread; never blocks. */
    public int size() {
        return views.size();
    }

    /** Has an observer called from now on. */
    public void observe(AllocObserver observer) {
        observers.add(observer);
    }

    /** Why the last batch could not be made durable; empty: it could. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void run() {
        List<Waiting> taken = new ArrayList<>(BATCH_MAX);
        List<Submitted> batch = new ArrayList<>(BATCH_MAX);
        while (!isClosed) {
            try {
                Waiting first = waiting.poll(sleepMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    taken.add(first);
                    waiting.drainTo(taken, BATCH_MAX - 1);
                }
                for (Waiting each : taken) {
                    if (each instanceof Submitted submitted) {
                        batch.add(submitted);
                    }
                }
                refuseLeases(batch);
                if (!batch.isEmpty() || state.nextExpiryMillis() <= clockMillis.getAsLong()) {
                    commit(batch);
                }
                for (Waiting each : taken) {
                    if (each instanceof Question<?> question) {
                        question.answer(state);
                    }
                }
            } catch (InterruptedException e) {
                isClosed = true;
                fail(taken, "the store is closed");
            } catch (RuntimeException | Error e) {
                stopAfter(e, taken);
            }
            for (Waiting each : taken) {
                if (each instanceof Submitted submitted) {
                    budget.giveBack(submitted.bytes);
                }
            }
            taken.clear();
            batch.clear();
        }
        failWaiting();
    }

    /** What is in memory may differ from what a restart would make of the journal. */
    private void stopAfter(Throwable e, List<Waiting> taken) {
        LOG.error("the store stops; restart to recover", e);
        problem = "the store stopped after an error; restart to recover";
        isClosed = true;
        taken.forEach(each -> each.result()
                .completeExceptionally(new StoreUnavailableException(
                        "the store stopped; it is not known whether anything was changed; repeat it with the same key",
                        e)));
    }

    private static void fail(List<Waiting> taken, String reason) {
        taken.forEach(each -> each.result().completeExceptionally(new StoreUnavailableException(reason, null)));
    }

    /** Takes commands out of a batch that would make more leases than there may be. Repetitions make none. */
    private void refuseLeases(List<Submitted> batch) {
        int leases = state.leaseCount();
        for (Iterator<Submitted> each = batch.iterator(); each.hasNext(); ) {
            Submitted submitted = each.next();
            int more = StoreBudget.leasesOf(submitted.commands);
            if (more == 0 || leases + more <= budget.leasesMax()) {
                leases += more;
            } else if (!submitted.commands.stream().allMatch(this::isRepetition)) {
                each.remove();
                submitted.result.completeExceptionally(new StoreUnavailableException(
                        "nothing was changed: " + leases + " leases are held, and this heap allows "
                                + budget.leasesMax(),
                        null));
            }
        }
    }

    private boolean isRepetition(AllocCommand command) {
        return command instanceof AllocCommand.Change change
                && change.key().flatMap(state::known).isPresent();
    }

    private long sleepMillis() {
        long untilExpiry = state.nextExpiryMillis() - clockMillis.getAsLong();
        return Math.max(0, Math.min(SLEEP_MILLIS_MAX, untilExpiry));
    }

    private void commit(List<Submitted> batch) throws InterruptedException {
        List<AllocCommand> commands =
                batch.stream().flatMap(each -> each.commands.stream()).toList();
        long millis = Math.max(state.nowMillis(), clockMillis.getAsLong());
        try {
            journal.append(AllocCodec.write(new AllocCodec.Batch(millis, commands)));
        } catch (IOException e) {
            report(e);
            String outcome = e instanceof OutcomeUnknownException
                    ? "it is not known whether anything was changed; repeat it with the same key: "
                    : "nothing was changed: ";
            batch.forEach(each ->
                    each.result.completeExceptionally(new StoreUnavailableException(outcome + e.getMessage(), e)));
            if (batch.isEmpty()) {
                // an expiry that can't be recorded is tried again
                Thread.sleep(RETRY_MILLIS);
            }
            return;
        }
        problem = null;
        List<AllocResult> results = state.apply(commands, millis);
        publish(state.takeChanged());
        int at = 0;
        for (Submitted each : batch) {
            int end = at + each.commands.size();
            each.result.complete(results.subList(at, end));
            at = end;
        }
        if (journal.wantsSnapshot()) {
            snapshot();
        }
    }

    private void snapshot() {
        try {
            journal.snapshot(to -> AllocSnapshot.write(state, to));
        } catch (IOException e) {
            // the batches are still there
            report(e);
        }
    }

    private void report(IOException e) {
        String text = String.valueOf(e.getMessage());
        if (!text.equals(problem)) {
            LOG.error("allocations can't be made durable: {}", text);
        }
        problem = text;
    }

    private void publish(Collection<QuotaName> changed) {
        for (QuotaName name : changed) {
            Optional<QuotaView> view = state.view(name);
            if (view.isPresent()) {
                QuotaView before = views.put(name, view.get());
                if (before != null && !before.equals(view.get())) {
                    observers.forEach(each -> each.onChange(name, before, view.get()));
                }
            } else {
                views.remove(name);
            }
        }
    }

    private void failWaiting() {
        for (Waiting left = waiting.poll(); left != null; left = waiting.poll()) {
            fail(List.of(left), "the store is closed");
        }
    }

    /** Ends after the batch in progress; what waits is refused. */
    @Override
    public void close() throws IOException {
        isClosed = true;
        boolean wasInterrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        journal.close();
    }
}
