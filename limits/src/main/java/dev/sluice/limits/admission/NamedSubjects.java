package dev.sluice.limits.admission;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of a policy's entries by their ids, for subjects that are known by a peer's report only. Arrays of numbers, some
 * 30 bytes an entry, because there may be 100,000. Immutable.
 */
final class NamedSubjects {
    private static final int SLOTS_MIN = 4;

    /** By scope. */
    private final List<CompactMap<LimitSet>> entries = new ArrayList<>();
    /** The number of the first entry of a scope, among the entries of all. */
    private final int[] firsts = new int[Scope.count() + 1];

    private final long[] high;
    private final long[] low;
    /** By {@link SubjectIds#namespaceBits}: what the subjects of quotas without a name here begin with. */
    private final Map<Integer, String> namespaces = new HashMap<>();
    /** Open addressing: number of the entry + 1; 0: free. */
    private final int[] slots;

    /** Computes the id of each entry, which takes a microsecond or two for each. */
    NamedSubjects(SubjectIds ids, Policy policy) {
        int size = 0;
        for (Scope scope : Scope.values()) {
            CompactMap<LimitSet> named = CompactMap.copyOf(policy.named(scope));
            entries.add(named);
            size += named.size();
            firsts[scope.ordinal() + 1] = size;
        }
        for (String namespace : policy.quotas().others().keySet()) {
            String part = QuotaName.subjectsOf(namespace);
            namespaces.putIfAbsent(SubjectIds.namespaceBits(ids.of(Scope.QUOTA, part)), part);
        }
        high = new long[size];
        low = new long[size];
        slots = new int[Integer.highestOneBit(Math.max(SLOTS_MIN, size)) << 2];
        for (Scope scope : Scope.values()) {
            CompactMap<LimitSet> named = entries.get(scope.ordinal());
            for (int i = 0; i < named.size(); i++) {
                add(firsts[scope.ordinal()] + i, ids.of(scope, named.key(i)));
            }
        }
    }

    private void add(int number, SubjectId id) {
        high[number] = id.high();
        low[number] = id.low();
        int slot = slot(id);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = number + 1;
    }

    private int slot(SubjectId id) {
        return (int) id.low() & (slots.length - 1);
    }

    private int find(SubjectId id) {
        for (int slot = slot(id); slots[slot] != 0; slot = (slot + 1) & (slots.length - 1)) {
            int number = slots[slot] - 1;
            if (high[number] == id.high() && low[number] == id.low()) {
                return number;
            }
        }
        return -1;
    }

    boolean contains(SubjectId id) {
        return find(id) >= 0;
    }

    /** What the subject of a quota without an entry begins with; null if its namespace has no limit for such quotas. */
    @Nullable
    String namespacePart(SubjectId id) {
        return namespaces.get(SubjectIds.namespaceBits(id));
    }

    /** The name of an entry; null if no entry has that id. */
    @Nullable
    String get(SubjectId id) {
        int number = find(id);
        if (number < 0) {
            return null;
        }
        int scope = 0;
        while (firsts[scope + 1] <= number) {
            scope++;
        }
        return entries.get(scope).key(number - firsts[scope]);
    }
}
