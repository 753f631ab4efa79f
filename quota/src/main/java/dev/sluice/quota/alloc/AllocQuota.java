package dev.sluice.quota.alloc;

/** One quota of an {@link AllocState}, which checks before it changes it. It holds what readers see, so that this exists once. */
final class AllocQuota {
    private QuotaView view = new QuotaView(0, 0, 1, 0);
    /** The part of what is allocated that has a lease. */
    private long leased;

    /** As a snapshot has it. */
    static AllocQuota of(QuotaView view, long leased) {
        AllocQuota quota = new AllocQuota();
        quota.view = view;
        quota.leased = leased;
        return quota;
    }

    void define(long newCapacity, long newLeaseMillisMax) {
        view = new QuotaView(view.allocated(), newCapacity, view.version(), newLeaseMillisMax);
    }

    boolean hasRoom(long tokens) {
        return tokens <= view.capacity() - view.allocated();
    }

    void allocate(long tokens, boolean isLeased) {
        change(tokens, isLeased);
    }

    void free(long tokens, boolean isLeased) {
        change(-tokens, isLeased);
    }

    private void change(long tokens, boolean isLeased) {
        view = new QuotaView(view.allocated() + tokens, view.capacity(), view.version() + 1, view.leaseMillisMax());
        leased += isLeased ? tokens : 0;
    }

    long allocated() {
        return view.allocated();
    }

    long leased() {
        return leased;
    }

    long version() {
        return view.version();
    }

    long leaseMillisMax() {
        return view.leaseMillisMax();
    }

    QuotaView view() {
        return view;
    }
}
