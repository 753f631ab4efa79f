package dev.sluice.quota.journal;

/** Keeps nothing: what is allocated is forgotten when the process ends. */
public final class MemoryJournal implements Journal {
    @Override
    public void append(byte[] batch) {
        // nothing is lost that anybody relies on
    }

    @Override
    public boolean wantsSnapshot() {
        return false;
    }

    @Override
    public void snapshot(SnapshotWriter writer) {
        // nothing to replace
    }

    @Override
    public void close() {
        // holds nothing
    }
}
