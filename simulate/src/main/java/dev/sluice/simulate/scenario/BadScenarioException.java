package dev.sluice.simulate.scenario;

/** A scenario that can't be played; the message says where, what, and what would be right. */
public final class BadScenarioException extends Exception {
    private static final long serialVersionUID = 1;

    BadScenarioException(String file, int line, String key, String problem, String hint) {
        super(file + ":" + Math.max(1, line) + ": " + (key.isEmpty() ? "" : key + ": ") + problem + "; " + hint);
    }
}
