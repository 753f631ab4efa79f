package dev.sluice.policy.limitsfile;

import dev.sluice.limits.model.Scope;
import dev.sluice.policy.hocon.ConfigFile;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.source.PolicyEntry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Entries of a limits file as they are written: keys and values as text, in their order. A command that changes one limit
 * of an entry needs the others as they are.
 *
 * @param defaults what {@code limits.defaults} holds
 * @param entries by name
 * @param others keys of {@code limits} besides entries, such as {@code access-keys}
 */
public record WrittenEntries(
        Map<String, String> defaults, Map<PolicyEntry, Map<String, String>> entries, List<String> others) {
    private static final List<String> OTHERS = List.of("defaults", "access-keys", "system-users");
    private static final List<Scope> UNNAMED =
            List.of(Scope.TOTAL, Scope.UNPROVEN, Scope.ANONYMOUS, Scope.USER, Scope.BUCKET);

    public WrittenEntries {
        defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        others = List.copyOf(others);
    }

    /** All entries of a file; of a file that can be used. */
    public static ReadResult<WrittenEntries> read(Path file) {
        return read(ConfigFile.read(file), Optional.empty());
    }

    /** The defaults, and one entry if it is there. */
    public static ReadResult<WrittenEntries> read(Path file, PolicyEntry only) {
        return read(ConfigFile.read(file), Optional.of(only));
    }

    private static ReadResult<WrittenEntries> read(ConfigFile file, Optional<PolicyEntry> only) {
        Optional<WrittenEntries> read =
                file.root().map(root -> root.section("limits")).map(top -> ofSection(top, only));
        return ReadResult.of(read, file.problems().sorted());
    }

    private static WrittenEntries ofSection(ConfigSection top, Optional<PolicyEntry> only) {
        Map<PolicyEntry, Map<String, String>> entries = new LinkedHashMap<>();
        if (only.isPresent()) {
            PolicyEntry entry = only.get();
            boolean isNamed = !entry.name().isEmpty();
            ConfigSection holder = isNamed ? top.section(entry.section()) : top;
            String key = isNamed ? entry.name() : entry.section();
            if (holder.has(key)) {
                entries.put(entry, texts(holder.section(key)));
            }
        } else {
            addAll(top, entries);
        }
        return new WrittenEntries(
                texts(top.section("defaults")),
                entries,
                OTHERS.stream().filter(top::has).toList());
    }

    private static void addAll(ConfigSection top, Map<PolicyEntry, Map<String, String>> to) {
        for (Scope scope : UNNAMED) {
            PolicyEntry entry = new PolicyEntry(scope, "");
            if (top.has(entry.section())) {
                to.put(entry, texts(top.section(entry.section())));
            }
        }
        for (String section : List.of("tenants", "users", "buckets")) {
            Scope scope = PolicyEntry.scopeOfSection(section).orElseThrow();
            top.section(section).eachNamed((name, entry) -> {
                if (!name.isEmpty()) {
                    to.put(new PolicyEntry(scope, name), texts(entry));
                }
            });
        }
    }

    private static Map<String, String> texts(ConfigSection section) {
        Map<String, String> texts = new LinkedHashMap<>();
        section.eachValue(ValueParsers.any(), texts::put);
        return texts;
    }
}
