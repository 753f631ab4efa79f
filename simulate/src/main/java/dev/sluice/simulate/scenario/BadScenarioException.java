package dev.sluice.simulate.scenario;

/** A scenario that is not valid. The message names the place, the problem, and a correct value. */
public final class BadScenarioException extends Exception {
    private static final long serialVersionUID = 1;

    BadScenarioException(String file, int line, String key, String problem, String hint) {
        super(file + ":" + Math.max(1, line) + ": " + (key.isEmpty() ? "" : key + ": ") + problem + "; " + hint);
    }
}
