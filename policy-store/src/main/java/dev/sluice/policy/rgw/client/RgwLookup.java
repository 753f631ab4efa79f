package dev.sluice.policy.rgw.client;

/** What became of one question to RGW. */
public sealed interface RgwLookup<T> {
    /** RGW knows it. */
    record Found<T>(T value) implements RgwLookup<T> {}

    /** RGW works and knows no such thing. */
    record NotFound<T>() implements RgwLookup<T> {}

    /** This release of RGW doesn't have what was asked for. */
    record Unsupported<T>() implements RgwLookup<T> {}

    /**
     * There is no answer.
     *
     * @param problem for people
     */
    record Failed<T>(RgwState state, String problem) implements RgwLookup<T> {}
}
