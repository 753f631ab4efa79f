package dev.sluice.proxy.quota.definitions;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.source.AllocDefinition;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocResult;
import dev.sluice.quota.alloc.QuotaView;
import dev.sluice.quota.journal.AllocStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the definitions of allocation quotas into the store.
 *
 * <p>A quota that is defined no more <em>closes</em>: its capacity becomes 0, so nothing is allocated any more, and what is
 * allocated stays until it is freed. Then it is removed. So no holder loses an allocation by an edit. Nothing can be allocated
 * between the look at a closing quota and its removal, because its capacity is 0.
 *
 * <p>What the store can't take now is tried again by {@link #settle}. Thread-safe; blocks until the store has it.
 */
public final class AllocDefiner {
    private static final Logger LOG = LoggerFactory.getLogger(AllocDefiner.class);
    /** Commands that wait for the store at a time. */
    private static final int BATCH_MAX = 4_096;

    private static final int ANSWER_SECONDS_MAX = 10;

    private final AllocStore store;
    private final List<CompletableFuture<AllocResult>> waiting = new ArrayList<>();
    private Map<String, AllocDefinition> wanted = Map.of();
    /** Whether the store may have other definitions than those wanted. */
    private boolean isBehind = true;

    private List<QuotaName> closing = List.of();

    /** Brings nothing yet. */
    public AllocDefiner(AllocStore store) {
        this.store = store;
    }

    /**
     * Brings definitions into the store.
     *
     * @param definitions by the subject of their names
     */
    public synchronized void define(Map<String, AllocDefinition> definitions) {
        boolean isSame = definitions.equals(wanted);
        wanted = definitions;
        if (!isSame || isBehind) {
            isBehind = true;
            settle();
        }
    }

    /** Tries again what could not be done, and removes quotas that have closed. To be called every second or so. */
    public synchronized void settle() {
        if (!isBehind && closing.isEmpty()) {
            return;
        }
        boolean wasBehind = isBehind;
        isBehind = false;
        if (wasBehind) {
            String[] last = {""};
            CompactMap.copyOf(wanted).forEachSorted((subject, definition) -> define(subject, definition, last));
            await();
            closing = store.names().stream()
                    .filter(name -> !wanted.containsKey(name.subject()))
                    .toList();
        }
        // twice: one that is empty is gone at once
        close();
        close();
        if (isBehind && !wasBehind) {
            LOG.warn("the store of allocations can't be written; definitions of quotas wait for it");
        }
    }

    /** @param last the namespace before, so that quotas share the text of their namespace */
    private void define(String subject, AllocDefinition definition, String[] last) {
        QuotaName name = QuotaName.ofSubject(subject);
        if (name.namespace().equals(last[0])) {
            name = new QuotaName(last[0], name.resource());
        }
        last[0] = name.namespace();
        Optional<QuotaView> view = store.view(name);
        boolean isThere = view.isPresent()
                && view.get().capacity() == definition.capacity()
                && view.get().leaseMillisMax() == definition.leaseMillisMax();
        if (!isThere) {
            submit(new AllocCommand.Define(name, definition.capacity(), definition.leaseMillisMax()));
        }
    }

    private void close() {
        List<QuotaName> left = new ArrayList<>();
        for (QuotaName name : closing) {
            Optional<QuotaView> view = store.view(name);
            if (view.isEmpty()) {
                continue;
            }
            left.add(name);
            if (view.get().capacity() > 0) {
                if (view.get().allocated() > 0) {
                    LOG.warn(
                            "allocation quota {} is defined no more: it closes, and goes once its {} tokens are freed",
                            name,
                            view.get().allocated());
                }
                submit(new AllocCommand.Define(name, 0, view.get().leaseMillisMax()));
            } else if (view.get().allocated() == 0) {
                submit(new AllocCommand.Remove(name));
            }
        }
        closing = left;
        await();
    }

    private void submit(AllocCommand command) {
        waiting.add(store.submit(command));
        if (waiting.size() == BATCH_MAX) {
            await();
        }
    }

    private void await() {
        try {
            for (CompletableFuture<AllocResult> each : waiting) {
                each.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            isBehind = true;
        } catch (InterruptedException e) {
            isBehind = true;
            Thread.currentThread().interrupt();
        } finally {
            waiting.clear();
        }
    }
}
