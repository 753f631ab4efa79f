package dev.sluice.quota.alloc;

/** One quota of an {@link AllocState}, which checks before it changes it. */
final class AllocQuota {
    private long capacity;
    private long leaseMillisMax;
    private long allocated;
    /** The part of what is allocated that has a lease. */
    private long leased;

    private long version = 1;

    /** As a snapshot has it. */
    static AllocQuota of(QuotaView view, long leased) {
        AllocQuota quota = new AllocQuota();
        quota.define(view.capacity(), view.leaseMillisMax());
        quota.allocated = view.allocated();
        quota.leased = leased;
        quota.version = view.version();
        return quota;
    }

    void define(long newCapacity, long newLeaseMillisMax) {
        capacity = newCapacity;
        leaseMillisMax = newLeaseMillisMax;
    }

    boolean hasRoom(long tokens) {
        return tokens <= capacity - allocated;
    }

    void allocate(long tokens, boolean isLeased) {
        allocated += tokens;
        leased += isLeased ? tokens : 0;
        version++;
    }

    void free(long tokens, boolean isLeased) {
        allocated -= tokens;
        leased -= isLeased ? tokens : 0;
        version++;
    }

    long allocated() {
        return allocated;
    }

    long leased() {
        return leased;
    }

    long version() {
        return version;
    }

    long leaseMillisMax() {
        return leaseMillisMax;
    }

    QuotaView view() {
        return new QuotaView(allocated, capacity, version, leaseMillisMax);
    }
}
