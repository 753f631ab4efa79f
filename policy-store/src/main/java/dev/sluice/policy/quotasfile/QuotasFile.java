package dev.sluice.policy.quotasfile;

import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.hocon.ConfigFile;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ParsedValue.Bad;
import dev.sluice.policy.hocon.ParsedValue.Good;
import dev.sluice.policy.hocon.ProblemCollector;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.hocon.SeenContent;
import dev.sluice.policy.limitsfile.LimitsFileSource;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PackedLimits;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Reads quotas files (config/quotas.conf). All or nothing: a file with an error can't be used at all. */
public final class QuotasFile {
    /** Quotas that a file may have, of both kinds together. */
    public static final int ENTRIES_MAX = 100_000;

    private static final String TOP = "quotas";
    /** About what a quota takes besides its name and its limits. */
    private static final int ENTRY_BYTES = 60 + QuotaOrigins.LINE_BYTES;

    /** In the place of a name that is wrong; the file can't be used then. */
    private static final QuotaName UNNAMED = new QuotaName("-", "-");

    private final ConfigFile file;
    private final QuotaOrigins origins;
    private final PackedLimits.Builder rates = new PackedLimits.Builder();
    private final PackedLimits.Builder others = new PackedLimits.Builder();
    private final PackedAllocations.Builder allocations = new PackedAllocations.Builder();
    private int count;
    /** Whether there is no more memory for what is in the file. */
    private boolean isFull;

    private QuotasFile(ConfigFile file, OriginKind kind) {
        this.file = file;
        this.origins = new QuotaOrigins(kind, file.problems().file());
    }

    /** Reads a file. Whatever is wrong with it becomes a problem, never an exception. */
    public static ReadResult<PolicyLayer> read(Path file) {
        FileContent content = FileContent.look(file, FileContent.FILE_BYTES_MAX);
        ReadResult<PolicyLayer> result = parse(ConfigFile.of(file.toString(), content), OriginKind.FILE);
        if (content instanceof SeenContent seen && seen.isAsSeen()) {
            result.value().map(PolicyLayer::origins).ifPresent(origins -> ((QuotaOrigins) origins).madeOf(seen));
        }
        return result;
    }

    /** Looks at a file four times a second, once started. */
    public static SourcePoller<PolicyLayer> poller(Path file, Reloadable<PolicyLayer> target) {
        return LimitsFileSource.poller("quotas-watcher", file, OriginKind.FILE, QuotasFile::parse, target);
    }

    static ReadResult<PolicyLayer> parse(ConfigFile source, OriginKind kind) {
        ProblemCollector problems = source.problems();
        Optional<PolicyLayer> layer = source.root().map(root -> new QuotasFile(source, kind).readRoot(root));
        return ReadResult.of(layer, problems.sorted());
    }

    private PolicyLayer readRoot(ConfigSection root) {
        if (!root.has(TOP)) {
            // an interrupted write leaves an empty file behind, which must not lift all quotas
            file.problems()
                    .error(List.of(), 1, "there is no quotas { ... } in this file", "write quotas {} for no quotas");
        }
        ConfigSection top = root.section(TOP);
        each(top, QuotaKind.RATE, this::readRate);
        each(top, QuotaKind.ALLOC, this::readAllocation);
        if (count > ENTRIES_MAX) {
            file.problems().error(List.of(TOP), 1, "there are " + count + " quotas", "at most " + ENTRIES_MAX);
        }
        root.finish();
        PolicyLayer layer = PolicyLayer.ofQuotas(
                Policy.UNLIMITED.with(new QuotaLimits(rates.build(), others.build())), allocations.build(), origins);
        origins.finish(layer);
        return layer;
    }

    private void each(ConfigSection top, QuotaKind kind, BiConsumer<QuotaEntry, ConfigSection> reader) {
        ConfigSection namespaces = top.section(kind.key());
        namespaces.eachNamed((namespace, resources) -> {
            if (QuotaEntry.namespace(namespace) instanceof Bad<String> bad) {
                namespaces.error(namespace, bad.message(), bad.hint());
            }
            resources.eachNamed((resource, entry) -> {
                if (QuotaEntry.of(kind, namespace, resource) instanceof Good<QuotaEntry> good) {
                    reader.accept(good.value(), entry);
                } else {
                    // its keys are not the problem
                    reader.accept(new QuotaEntry(kind, UNNAMED), entry);
                    if (QuotaEntry.resource(kind, resource) instanceof Bad<String> bad) {
                        resources.error(resource, bad.message(), bad.hint());
                    }
                }
            });
        });
    }

    /** Whether there is room for one more. */
    private boolean take(QuotaEntry entry) {
        count++;
        int chars = entry.name().namespace().length() + entry.name().resource().length();
        if (!isFull && count <= ENTRIES_MAX) {
            isFull = !file.take(ENTRY_BYTES + 2L * chars);
        }
        return !isFull && count <= ENTRIES_MAX;
    }

    private void readRate(QuotaEntry entry, ConfigSection section) {
        QuotaEntryReader.rate(section).filter(limits -> take(entry)).ifPresent(limits -> {
            PackedLimits.Builder to = entry.isOthers() ? others : rates;
            String key =
                    entry.isOthers() ? entry.name().namespace() : entry.name().subject();
            to.put(key, limits);
            origins.record(entry, to.number(key), section.line());
        });
    }

    private void readAllocation(QuotaEntry entry, ConfigSection section) {
        QuotaEntryReader.allocation(section).filter(definition -> take(entry)).ifPresent(definition -> {
            String key = entry.name().subject();
            allocations.put(key, definition);
            origins.record(entry, allocations.number(key), section.line());
        });
    }
}
