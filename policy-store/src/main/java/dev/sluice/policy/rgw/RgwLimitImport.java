package dev.sluice.policy.rgw;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.rgw.client.RgwAdminApi;
import dev.sluice.policy.rgw.client.RgwGlobalLimits;
import dev.sluice.policy.rgw.client.RgwLookup;
import dev.sluice.policy.rgw.client.RgwNamePage;
import dev.sluice.policy.rgw.client.RgwNames;
import dev.sluice.policy.rgw.client.RgwRateLimit;
import dev.sluice.policy.source.PolicyEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads all of RGW's rate limits and writes them as entries of a limits file with the same meaning: token buckets of one
 * interval, bytes charged afterwards. RGW goes on enforcing each of them itself, on every gateway: the commands that end
 * that are part of the result.
 *
 * <p>Belongs to one thread; blocks.
 */
public final class RgwLimitImport {
    private static final Duration DAY = Duration.ofDays(1);

    private final RgwAdminApi api;
    private final RgwNames names;
    private final Duration interval;
    private final int gateways;
    private final Runnable pause;
    private final Map<PolicyEntry, Map<String, String>> entries = new LinkedHashMap<>();
    private final List<String> commands = new ArrayList<>();

    /**
     * Reads nothing yet.
     *
     * @param interval RGW's {@code rgw_ratelimit_interval}
     * @param gateways by how much each limit is multiplied: where limits are meant for each gateway, how many there are
     * @param pause called before each request, to keep to a rate
     */
    public RgwLimitImport(RgwAdminApi api, RgwNames names, Duration interval, int gateways, Runnable pause) {
        this.api = api;
        this.names = names;
        this.interval = interval;
        this.gateways = gateways;
        this.pause = pause;
    }

    /** RGW can't be asked; the message is for people. */
    public static final class ImportFailedException extends Exception {
        private static final long serialVersionUID = 1;

        private ImportFailedException(String message) {
            super(message);
        }
    }

    /**
     * What was found.
     *
     * @param entries keys of a limits file by entry
     * @param commands that end the enforcement by RGW of the same limits
     */
    public record ImportedLimits(Map<PolicyEntry, Map<String, String>> entries, List<String> commands) {
        public ImportedLimits {
            commands = List.copyOf(commands);
        }
    }

    /** Reads everything. */
    public ImportedLimits read() throws ImportFailedException {
        RgwGlobalLimits global = value(api.globalLimits(), "the global rate limits", RgwGlobalLimits.NONE);
        add(new PolicyEntry(Scope.USER, ""), global.user(), "global ratelimit disable --ratelimit-scope=user");
        add(new PolicyEntry(Scope.BUCKET, ""), global.bucket(), "global ratelimit disable --ratelimit-scope=bucket");
        if (global.anonymous().isEnabled()) {
            String command = "global ratelimit disable --ratelimit-scope=anonymous";
            add(new PolicyEntry(Scope.ANONYMOUS, ""), global.anonymous(), command);
        } else if (global.user().isEnabled()) {
            entries.put(new PolicyEntry(Scope.ANONYMOUS, ""), keys(global.user()));
        }
        String marker = "";
        do {
            pause.run();
            RgwNamePage page = value(names.users(marker), "the users", new RgwNamePage(List.of(), ""));
            for (String user : page.names()) {
                pause.run();
                RgwRateLimit limit = value(api.limitOfUser(user), "the limit of " + user, RgwRateLimit.DISABLED);
                add(
                        new PolicyEntry(Scope.USER, user),
                        limit,
                        "ratelimit disable --ratelimit-scope=user --uid='" + user + "'");
            }
            marker = page.marker();
        } while (!marker.isEmpty());
        pause.run();
        for (String bucket : value(names.buckets(), "the buckets", new RgwNamePage(List.of(), ""))
                .names()) {
            pause.run();
            RgwRateLimit limit = value(api.limitOfBucket(bucket), "the limit of " + bucket, RgwRateLimit.DISABLED);
            add(
                    new PolicyEntry(Scope.BUCKET, bucket),
                    limit,
                    "ratelimit disable --ratelimit-scope=bucket --bucket='" + bucket.replace(':', '/') + "'");
        }
        return new ImportedLimits(entries, commands);
    }

    private static <T> T value(RgwLookup<T> lookup, String what, T missing) throws ImportFailedException {
        if (lookup instanceof RgwLookup.Found<T> found) {
            return found.value();
        }
        if (lookup instanceof RgwLookup.Failed<T> failed) {
            throw new ImportFailedException(what + " can't be read: " + failed.problem());
        }
        if (lookup instanceof RgwLookup.Unsupported<T>) {
            throw new ImportFailedException(what + " can't be read: this release of RGW has none (17 is the first)");
        }
        return missing;
    }

    private void add(PolicyEntry entry, RgwRateLimit limit, String command) {
        if (limit.isEnabled()) {
            entries.put(entry, keys(limit));
            commands.add("radosgw-admin " + command);
        }
    }

    private Map<String, String> keys(RgwRateLimit limit) {
        Map<String, String> keys = new LinkedHashMap<>();
        put("read-ops", limit.readOps(), keys);
        put("write-ops", limit.writeOps(), keys);
        put("list-ops", limit.listOps(), keys);
        put("delete-ops", limit.deleteOps(), keys);
        put("read-bytes", limit.readBytes(), keys);
        put("write-bytes", limit.writeBytes(), keys);
        if (keys.isEmpty()) {
            return keys;
        }
        keys.put("meter", "bucket");
        if (unit().isEmpty()) {
            keys.put("burst", interval.toSeconds() + "s");
        }
        if (keys.containsKey("read-bytes") || keys.containsKey("write-bytes")) {
            keys.put("bytes", "debt");
        }
        return keys;
    }

    /** Of 0 there is no limit. */
    private void put(String key, long amount, Map<String, String> to) {
        if (amount == 0) {
            return;
        }
        long bounded = Math.min(amount, Limit.AMOUNT_MAX / gateways) * gateways;
        if (!unit().isEmpty()) {
            to.put(key, bounded + "/" + unit());
        } else {
            double perDay = (double) bounded * DAY.toNanos() / interval.toNanos();
            to.put(key, Math.min(Limit.AMOUNT_MAX, Math.round(perDay)) + "/d");
        }
    }

    /** The period of a limits file that the interval is; empty: none, so that a burst has to be it. */
    private String unit() {
        return switch ((int) Math.min(Integer.MAX_VALUE, interval.toSeconds())) {
            case 1 -> "s";
            case 60 -> "min";
            case 3600 -> "h";
            case 86_400 -> "d";
            default -> "";
        };
    }
}
