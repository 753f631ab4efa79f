package dev.sluice.proxy.quota.envoy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The message {@code envoy.service.ratelimit.v3.RateLimitRequest}. A limit that a descriptor brings along ({@code limit}) is
 * left out: limits are the operator's. Immutable.
 *
 * @param hits how many tokens a descriptor without a number of its own takes; at least 1
 */
record RateLimitRequest(String domain, List<EnvoyDescriptor> descriptors, long hits) {
    /** The most descriptors of a request, and the most entries of a descriptor. */
    static final int PARTS_MAX = 64;

    private static final int DOMAIN = 1;
    private static final int DESCRIPTOR = 2;
    private static final int HITS = 3;
    private static final int DESCRIPTOR_ENTRY = 1;
    private static final int DESCRIPTOR_HITS = 3;
    private static final int ENTRY_KEY = 1;
    private static final int ENTRY_VALUE = 2;
    private static final int WRAPPED_VALUE = 1;

    RateLimitRequest {
        descriptors = List.copyOf(descriptors);
    }

    /**
     * Parses a message.
     *
     * @throws MalformedProtobufException if it is none, or names nothing that could be limited
     */
    static RateLimitRequest parse(byte[] message) throws MalformedProtobufException {
        ProtobufReader reader = new ProtobufReader(message, 0, message.length);
        String domain = "";
        List<EnvoyDescriptor> descriptors = new ArrayList<>();
        long hits = 0;
        while (reader.hasNext()) {
            switch (reader.nextField()) {
                case DOMAIN -> domain = reader.text();
                case DESCRIPTOR -> {
                    checkPlace(descriptors.size(), "descriptors");
                    descriptors.add(descriptor(reader.message()));
                }
                case HITS -> hits = reader.number();
                default -> reader.skip();
            }
        }
        if (domain.isEmpty()) {
            throw new MalformedProtobufException("the domain is missing");
        }
        if (descriptors.isEmpty()) {
            throw new MalformedProtobufException("a request needs a descriptor");
        }
        return new RateLimitRequest(domain, descriptors, Math.max(1, hits & 0xFFFF_FFFFL));
    }

    private static EnvoyDescriptor descriptor(ProtobufReader reader) throws MalformedProtobufException {
        List<EnvoyDescriptor.Entry> entries = new ArrayList<>();
        Optional<Long> hits = Optional.empty();
        while (reader.hasNext()) {
            switch (reader.nextField()) {
                case DESCRIPTOR_ENTRY -> {
                    checkPlace(entries.size(), "entries");
                    entries.add(entry(reader.message()));
                }
                case DESCRIPTOR_HITS -> hits = Optional.of(wrapped(reader.message()));
                default -> reader.skip();
            }
        }
        if (entries.isEmpty()) {
            throw new MalformedProtobufException("a descriptor needs an entry");
        }
        return new EnvoyDescriptor(entries, hits);
    }

    private static EnvoyDescriptor.Entry entry(ProtobufReader reader) throws MalformedProtobufException {
        String key = "";
        String value = "";
        while (reader.hasNext()) {
            switch (reader.nextField()) {
                case ENTRY_KEY -> key = reader.text();
                case ENTRY_VALUE -> value = reader.text();
                default -> reader.skip();
            }
        }
        if (key.isEmpty()) {
            throw new MalformedProtobufException("an entry needs a key");
        }
        return new EnvoyDescriptor.Entry(key, value);
    }

    /** The value of a {@code google.protobuf.UInt64Value}; what is beyond a long counts as the largest. */
    private static long wrapped(ProtobufReader reader) throws MalformedProtobufException {
        long value = 0;
        while (reader.hasNext()) {
            if (reader.nextField() == WRAPPED_VALUE) {
                value = reader.number();
            } else {
                reader.skip();
            }
        }
        return value < 0 ? Long.MAX_VALUE : value;
    }

    private static void checkPlace(int count, String what) throws MalformedProtobufException {
        if (count == PARTS_MAX) {
            throw new MalformedProtobufException("there are more than " + PARTS_MAX + " " + what);
        }
    }
}
