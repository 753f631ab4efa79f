package dev.sluice.policy.rgw;

import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.rgw.client.RgwAdminApi;
import dev.sluice.policy.rgw.client.RgwGlobalLimits;
import dev.sluice.policy.rgw.client.RgwLookup;
import dev.sluice.policy.rgw.client.RgwRateLimit;
import dev.sluice.policy.rgw.client.RgwState;
import dev.sluice.policy.rgw.client.RgwUser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gateway with users, keys and limits that a test changes; records what it was asked. */
class FakeRgw implements RgwAdminApi {
    final List<String> asked = new ArrayList<>();
    final Map<String, RgwRateLimit> userLimits = new LinkedHashMap<>();
    final Map<String, RgwRateLimit> bucketLimits = new LinkedHashMap<>();
    RgwGlobalLimits global = RgwGlobalLimits.NONE;
    boolean hasLimits = true;
    boolean mayReadLimits = true;
    /** As release 16.2 does. */
    boolean refusesUnknownKeys;
    /** Why it answers nothing at all. */
    Optional<RgwState> failure = Optional.empty();

    private final Map<String, Map<String, String>> secretsByUser = new LinkedHashMap<>();
    private final List<String> exempt = new ArrayList<>();

    FakeRgw key(String user, String accessKey) {
        return key(user, accessKey, "secret of " + accessKey);
    }

    FakeRgw key(String user, String accessKey, String secret) {
        secretsByUser.computeIfAbsent(user, name -> new LinkedHashMap<>()).put(accessKey, secret);
        return this;
    }

    FakeRgw removeKey(String user, String accessKey) {
        secretsByUser.get(user).remove(accessKey);
        return this;
    }

    FakeRgw removeUser(String user) {
        secretsByUser.remove(user);
        return this;
    }

    FakeRgw exempt(String user) {
        exempt.add(user);
        return this;
    }

    /** Forgets what was asked so far and returns it. */
    List<String> takeAsked() {
        List<String> taken = List.copyOf(asked);
        asked.clear();
        return taken;
    }

    @Override
    public RgwLookup<RgwUser> userOfKey(String accessKey) {
        asked.add("key " + accessKey);
        if (failure.isPresent()) {
            return failed();
        }
        Optional<String> user = secretsByUser.keySet().stream()
                .filter(name -> secretsByUser.get(name).containsKey(accessKey))
                .findFirst();
        if (user.isEmpty() && refusesUnknownKeys) {
            return new RgwLookup.Failed<>(RgwState.MISSING_CAPABILITY, "refused");
        }
        return user.<RgwLookup<RgwUser>>map(name -> new RgwLookup.Found<>(describe(name)))
                .orElseGet(RgwLookup.NotFound::new);
    }

    @Override
    public RgwLookup<RgwUser> user(String name) {
        asked.add("user " + name);
        if (failure.isPresent()) {
            return failed();
        }
        return secretsByUser.containsKey(name) ? new RgwLookup.Found<>(describe(name)) : new RgwLookup.NotFound<>();
    }

    private RgwUser describe(String name) {
        List<RgwUser.OwnedKey> keys = new ArrayList<>();
        secretsByUser.get(name).forEach((key, secret) -> keys.add(new RgwUser.OwnedKey(key, SecretKey.of(secret))));
        return new RgwUser(name, "", exempt.contains(name), false, keys);
    }

    @Override
    public RgwLookup<RgwRateLimit> limitOfUser(String name) {
        asked.add("limit of user " + name);
        return failure.isPresent() ? failed() : found(userLimits, name);
    }

    @Override
    public RgwLookup<RgwRateLimit> limitOfBucket(String bucket) {
        asked.add("limit of bucket " + bucket);
        return failure.isPresent() ? failed() : found(bucketLimits, bucket);
    }

    private static RgwLookup<RgwRateLimit> found(Map<String, RgwRateLimit> limits, String name) {
        return new RgwLookup.Found<>(limits.getOrDefault(name, RgwRateLimit.DISABLED));
    }

    @Override
    public RgwLookup<RgwGlobalLimits> globalLimits() {
        asked.add("global limits");
        if (failure.isPresent()) {
            return failed();
        }
        if (!hasLimits) {
            return new RgwLookup.Unsupported<>();
        }
        return mayReadLimits
                ? new RgwLookup.Found<>(global)
                : new RgwLookup.Failed<>(RgwState.MISSING_CAPABILITY, "lacks ratelimit=read");
    }

    @Override
    public RgwLookup<RgwState> check() {
        asked.add("check");
        return failure.isPresent() ? failed() : new RgwLookup.Found<>(RgwState.OK);
    }

    private <T> RgwLookup<T> failed() {
        return new RgwLookup.Failed<>(failure.orElseThrow(), "it is " + failure.orElseThrow());
    }

    @Override
    public void close() {}
}
