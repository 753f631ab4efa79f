package dev.sluice.policy.rgw;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.policy.rgw.client.RgwRateLimit;
import java.util.Collection;

/**
 * The buckets in which RGW has served requests, and their limits; at most {@value #BUCKETS_MAX}, of which the most used stay
 * (TinyLFU). Thread-safe: event loops count, one worker thread does the rest.
 */
final class RgwBucketTable {
    private static final int BUCKETS_MAX = 10_000;
    private static final int NAME_CHARS_MAX = 512;

    private final Cache<String, BucketInUse> buckets = Caffeine.newBuilder()
            .maximumSize(BUCKETS_MAX)
            .executor(Runnable::run)
            .build();

    /** A bucket. Its uses are counted by event loops; all else belongs to the worker. */
    static final class BucketInUse {
        private final String name;
        private final LimitAge limit = new LimitAge();
        private int uses = 1;

        private BucketInUse(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        LimitAge limit() {
            return limit;
        }

        int takeUses() {
            int taken = uses;
            uses = 0;
            return taken;
        }
    }

    /** What is known of a bucket's or a user's limit, and how old it is. Belongs to the worker. */
    static final class LimitAge {
        private RgwRateLimit limit = RgwRateLimit.DISABLED;
        private final RefreshAge age = new RefreshAge();

        RgwRateLimit limit() {
            return limit;
        }

        RefreshAge age() {
            return age;
        }

        /** Returns whether the limit is another one than before. */
        boolean set(RgwRateLimit next, long nowNanos) {
            boolean isOther = !next.equals(limit);
            limit = next;
            age.refreshed(nowNanos);
            return isOther;
        }
    }

    /** RGW has served a request in the bucket. */
    void served(String bucket) {
        BucketInUse known = buckets.getIfPresent(bucket);
        if (known != null) {
            known.uses++;
        } else if (!bucket.isEmpty() && bucket.length() <= NAME_CHARS_MAX) {
            buckets.put(bucket, new BucketInUse(bucket));
        }
    }

    Collection<BucketInUse> all() {
        return buckets.asMap().values();
    }

    void remove(String bucket) {
        buckets.invalidate(bucket);
    }
}
