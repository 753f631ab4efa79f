package dev.sluice.policy.limitsfile;

import dev.sluice.common.CompactMap;
import dev.sluice.common.CompactStrings;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.hocon.ConfigFile;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ParsedValue.Bad;
import dev.sluice.policy.hocon.ProblemCollector;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PackedLimits;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyLayer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads limits files (config/limits.conf). All or nothing: a file with an error can't be used at all. */
public final class LimitsFile {
    /** Users, buckets, tenants and access keys that a file may name, together. */
    public static final int ENTRIES_MAX = 100_000;

    private static final String SYSTEM_USERS = "system-users";
    /** About what a user, bucket or tenant takes besides its limits: its name, and its id between sidecars. */
    private static final int SUBJECT_BYTES = 80 + EntryLines.ENTRY_BYTES;
    /** About what an access key takes, with a user of its own. */
    private static final int KEY_BYTES = 140;

    private final ConfigFile file;
    private final ProblemCollector problems;
    private final FileOrigins origins;
    /** Whether there is no more memory for what is in the file. */
    private boolean isFull;

    private LimitsFile(ConfigFile file, OriginKind kind) {
        this.file = file;
        this.problems = file.problems();
        this.origins = new FileOrigins(kind, problems.file());
    }

    /** Reads a file. Whatever is wrong with it becomes a problem, never an exception. */
    public static ReadResult<PolicyLayer> read(Path file) {
        return parse(ConfigFile.read(file));
    }

    /**
     * Reads a text that is in memory.
     *
     * @param file how problems name it
     */
    public static ReadResult<PolicyLayer> parse(String file, byte[] utf8) {
        return parse(ConfigFile.of(file, FileContent.of(utf8, FileContent.FILE_BYTES_MAX)));
    }

    static ReadResult<PolicyLayer> parse(ConfigFile source) {
        return parse(source, OriginKind.FILE);
    }

    static ReadResult<PolicyLayer> parse(ConfigFile source, OriginKind kind) {
        ProblemCollector problems = source.problems();
        Optional<PolicyLayer> limits = source.root().map(root -> new LimitsFile(source, kind).readRoot(root));
        return ReadResult.of(limits, problems.sorted());
    }

    private PolicyLayer readRoot(ConfigSection root) {
        if (!root.has("limits")) {
            // an interrupted write leaves an empty file behind, which must not lift all limits
            problems.error(List.of(), 1, "there is no limits { ... } in this file", "write limits {} for no limits");
        }
        ConfigSection top = root.section("limits");
        LimitEntryReader entries = new LimitEntryReader(top.section("defaults"));
        LimitSet eachUser = unnamed(top, Scope.USER, entries);
        LimitSet eachBucket = unnamed(top, Scope.BUCKET, entries);
        LimitSet anonymous = unnamed(top, Scope.ANONYMOUS, entries);
        LimitSet total = unnamed(top, Scope.TOTAL, entries);
        Optional<LimitSet> unproven =
                top.has("unproven") ? Optional.of(unnamed(top, Scope.UNPROVEN, entries)) : Optional.empty();
        ConfigSection users = top.section("users");
        ConfigSection buckets = top.section("buckets");
        ConfigSection tenants = top.section("tenants");
        ConfigSection keys = top.section("access-keys");
        int count = users.size() + buckets.size() + tenants.size() + keys.size();
        if (count > ENTRIES_MAX) {
            problems.error(
                    List.of("limits"),
                    1,
                    "there are " + count + " users, buckets, tenants and access keys",
                    "at most " + ENTRIES_MAX);
            return PolicyLayer.EMPTY;
        }
        if (!file.take((long) SUBJECT_BYTES * (count - keys.size()) + (long) KEY_BYTES * keys.size())) {
            return PolicyLayer.EMPTY;
        }
        Policy policy = new Policy(
                eachUser,
                eachBucket,
                anonymous,
                total,
                named(users, Scope.USER, SubjectNameParser::user, entries),
                named(buckets, Scope.BUCKET, SubjectNameParser::bucket, entries),
                named(tenants, Scope.TENANT, SubjectNameParser::tenant, entries),
                unproven);
        origins.finish(policy);
        CompactMap<String> accessKeys = accessKeys(keys);
        Set<String> systemUsers = systemUsers(top, policy, accessKeys);
        entries.finish();
        root.finish();
        return new PolicyLayer(policy, accessKeys, systemUsers, origins);
    }

    private LimitSet unnamed(ConfigSection top, Scope scope, LimitEntryReader entries) {
        ConfigSection entry = top.section(new PolicyEntry(scope, "").section());
        origins.recordUnnamed(scope, entry);
        return entries.read(entry);
    }

    private CompactMap<LimitSet> named(
            ConfigSection section, Scope scope, ValueParser<String> name, LimitEntryReader entries) {
        EntryLines lines = origins.named(scope);
        PackedLimits.Builder sets = new PackedLimits.Builder();
        section.eachNamed((key, entry) -> {
            if (name.parse(key) instanceof Bad<String> bad) {
                section.error(key, bad.message(), bad.hint());
            }
            LimitSet read = entries.read(entry);
            if (!isFull) {
                long before = sets.bytes();
                sets.put(key, read);
                lines.record(sets.number(key), entry);
                isFull = !file.take(sets.bytes() - before);
            }
        });
        return sets.build();
    }

    private CompactMap<String> accessKeys(ConfigSection section) {
        CompactMap.Builder<String> users = new CompactMap.Builder<>();
        CompactStrings names = new CompactStrings();
        List<String> byNumber = new ArrayList<>();
        section.eachValue(SubjectNameParser::user, (key, user) -> {
            if (key.isBlank()) {
                section.error(key, "the access key is empty", "write ACCESSKEY = user");
            }
            int number = names.add(user);
            if (number == byNumber.size()) {
                byNumber.add(user);
            }
            users.put(key, byNumber.get(number));
        });
        return users.build();
    }

    /**
     * Users that nothing limits. A user of a request is found by its access key, so a system user without one has no
     * effect.
     */
    private static Set<String> systemUsers(ConfigSection top, Policy policy, CompactMap<String> accessKeys) {
        Set<String> users =
                new LinkedHashSet<>(top.list(SYSTEM_USERS, ConfigSection.LIST_SIZE_MAX, SubjectNameParser::user));
        Set<String> keyless = new HashSet<>(users);
        accessKeys.forEachValue(keyless::remove);
        for (String user : users) {
            if (accessKeys.containsKey(user) && keyless.contains(user)) {
                top.warn(SYSTEM_USERS, "an access key is in the list", "name its user");
            } else if (keyless.contains(user)) {
                top.warn(
                        SYSTEM_USERS,
                        ProblemTexts.quote(user)
                                + " has no access key here, so no request is known to be from this user",
                        "list the user's keys in access-keys");
            }
            if (policy.users().containsKey(user)) {
                top.warn(
                        SYSTEM_USERS,
                        ProblemTexts.quote(user)
                                + " has limits in users, which do nothing: system users are never limited",
                        "remove one of the two");
            }
        }
        return users;
    }
}
