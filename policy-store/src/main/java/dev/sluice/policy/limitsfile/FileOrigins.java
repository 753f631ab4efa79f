package dev.sluice.policy.limitsfile;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.source.LayerOrigins;
import dev.sluice.policy.source.LimitOrigin;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyEntry;
import java.util.EnumMap;
import java.util.Map;

/** The lines of one file on which its limits are written. Filled while the file is read, and not changed afterwards. */
final class FileOrigins implements LayerOrigins {
    private final OriginKind kind;
    private final String file;
    /** By scope; the number of an entry is that of its name in the policy's map. */
    private final Map<Scope, EntryLines> named = new EnumMap<>(Scope.class);

    private final Map<Scope, EntryLines> unnamed = new EnumMap<>(Scope.class);
    private Policy policy = Policy.UNLIMITED;

    FileOrigins(OriginKind kind, String file) {
        this.kind = kind;
        this.file = file;
    }

    /** The lines of the entries with names in a scope. */
    EntryLines named(Scope scope) {
        return named.computeIfAbsent(scope, key -> new EntryLines());
    }

    /** Records the entry for subjects without one of their own. */
    void recordUnnamed(Scope scope, ConfigSection entry) {
        unnamed.computeIfAbsent(scope, key -> new EntryLines()).record(0, entry);
    }

    /** To be called once all is read. */
    void finish(Policy read) {
        policy = read;
        named.forEach((scope, lines) -> lines.trim(read.named(scope).size()));
    }

    @Override
    public LimitOrigin of(PolicyEntry entry, Dimension dimension) {
        EntryLines lines = (entry.name().isEmpty() ? unnamed : named).get(entry.scope());
        int line = lines == null ? 0 : lines.line(number(entry), dimension);
        return LimitOrigin.ofFile(kind, file, line);
    }

    private int number(PolicyEntry entry) {
        if (entry.name().isEmpty()) {
            return 0;
        }
        CompactMap<LimitSet> entries = CompactMap.copyOf(policy.named(entry.scope()));
        return entries.number(entry.name());
    }
}
