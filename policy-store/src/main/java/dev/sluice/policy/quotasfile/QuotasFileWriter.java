package dev.sluice.policy.quotasfile;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.limitsfile.LimitsFileWriter;
import dev.sluice.policy.source.AllocDefinition;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Writes quotas as the text of a quotas file, which {@link QuotasFile} reads. */
public final class QuotasFileWriter {
    private QuotasFileWriter() {}

    /**
     * The text of a file: an entry a line, sorted.
     *
     * @param comment lines for people at the top, without {@code #}
     * @param limits whose rate quotas are written
     * @param allocations by the subject of their names
     * @param filter the entries to be written
     */
    public static String text(
            List<String> comment,
            Policy limits,
            Map<String, AllocDefinition> allocations,
            Predicate<QuotaEntry> filter) {
        StringBuilder text = new StringBuilder();
        comment.forEach(line -> text.append("# ").append(line).append('\n'));
        text.append("quotas {\n  rate {\n");
        CompactMap.copyOf(limits.quotas().others())
                .forEachSorted((namespace, set) -> add(
                        text,
                        new QuotaEntry(QuotaKind.RATE, new QuotaName(namespace, QuotaEntry.OTHERS)),
                        QuotaTexts.keys(set),
                        filter));
        CompactMap.copyOf(limits.quotas().named())
                .forEachSorted((subject, set) -> add(
                        text,
                        new QuotaEntry(QuotaKind.RATE, QuotaName.ofSubject(subject)),
                        QuotaTexts.keys(set),
                        filter));
        text.append("  }\n  alloc {\n");
        CompactMap.copyOf(allocations)
                .forEachSorted((subject, definition) -> add(
                        text,
                        new QuotaEntry(QuotaKind.ALLOC, QuotaName.ofSubject(subject)),
                        QuotaTexts.keys(definition),
                        filter));
        return text.append("  }\n}\n").toString();
    }

    private static void add(
            StringBuilder text, QuotaEntry entry, Map<String, Object> keys, Predicate<QuotaEntry> filter) {
        if (filter.test(entry)) {
            text.append("    ")
                    .append(LimitsFileWriter.quoted(entry.name().namespace()))
                    .append('.')
                    .append(LimitsFileWriter.quoted(entry.name().resource()))
                    .append(keys.entrySet().stream()
                            .map(key -> key.getKey() + " = " + key.getValue())
                            .collect(Collectors.joining(", ", " { ", " }\n")));
        }
    }
}
