package dev.sluice.proxy.app;

/** Whether the sidecar takes requests: from the end of its start until it drains. Thread-safe. */
final class ServingState {
    private volatile boolean isServing;

    void begin() {
        isServing = true;
    }

    void end() {
        isServing = false;
    }

    boolean isServing() {
        return isServing;
    }
}
