package dev.sluice.policy.identity;

import org.jspecify.annotations.Nullable;

/** The owners of access keys, learnt from RGW. Thread-safe; never blocks. */
public interface KeyOwners extends KeyObserver {
    /** Knows no key and learns none. */
    KeyOwners NONE = new KeyOwners() {
        @Override
        public @Nullable KeyOwner find(String accessKey) {
            return null;
        }

        @Override
        public void accepted(String accessKey) {}

        @Override
        public void refused(String accessKey) {}

        @Override
        public void served(String bucket) {}

        @Override
        public void adminWrite() {}
    };

    /** The owner of an access key; null: not known, or not yet. Allocates nothing. */
    @Nullable
    KeyOwner find(String accessKey);

    /** Whether a user is known as one that nothing limits. For people: it goes through all keys that are known. */
    default boolean isExempt(String user) {
        return false;
    }
}
