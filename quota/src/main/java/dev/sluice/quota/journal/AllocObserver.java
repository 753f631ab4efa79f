package dev.sluice.quota.journal;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.QuotaView;

/** Learns which quotas a batch of commands has changed. Called on the store's thread: must not block. */
@FunctionalInterface
public interface AllocObserver {
    /** A quota that was there before the batch is another one behind it. */
    void onChange(QuotaName quota, QuotaView before, QuotaView after);
}
