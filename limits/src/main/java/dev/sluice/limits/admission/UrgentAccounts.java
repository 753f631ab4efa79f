package dev.sluice.limits.admission;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The accounts whose demand the peers should receive before the next report is due. Any thread adds one; the thread that
 * reports takes all. An account is in the list at most once: the list is linked through {@link Account#nextUrgent}.
 */
final class UrgentAccounts {
    private final AtomicReference<@Nullable Account> head = new AtomicReference<>();
    private volatile Runnable wake = () -> {};

    /** Sets what is called when an account is added to an empty list. */
    void onFirst(Runnable newWake) {
        wake = newWake;
    }

    void add(Account account) {
        if (account.markUrgent()) {
            Account first;
            do {
                first = head.get();
                account.nextUrgent = first;
            } while (!head.compareAndSet(first, account));
            if (first == null) {
                wake.run();
            }
        }
    }

    boolean isEmpty() {
        return head.get() == null;
    }

    /** The first of the accounts, each of which leads to the next by {@link Account#takeNextUrgent}. */
    @Nullable
    Account takeAll() {
        return head.getAndSet(null);
    }
}
