package dev.sluice.policy.quotasfile;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.Dimension;
import dev.sluice.policy.hocon.SeenContent;
import dev.sluice.policy.source.LayerOrigins;
import dev.sluice.policy.source.LimitOrigin;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyLayer;
import java.util.Arrays;
import java.util.Optional;

/** The lines of one file on which its quotas are written. Filled while the file is read, and not changed afterwards. */
final class QuotaOrigins implements LayerOrigins {
    /** About what the line of one quota takes. */
    static final int LINE_BYTES = Integer.BYTES;

    private final OriginKind kind;
    private final String file;
    private final LineTable rates = new LineTable();
    private final LineTable others = new LineTable();
    private final LineTable allocations = new LineTable();
    private PolicyLayer layer = PolicyLayer.EMPTY;
    private Optional<String> fingerprint = Optional.empty();

    /** Lines by the number that an entry has in its map. */
    private static final class LineTable {
        private int[] lines = new int[0];

        void record(int number, int line) {
            if (number >= lines.length) {
                lines = Arrays.copyOf(lines, Math.max(4, number + (number >> 1) + 1));
            }
            lines[number] = line;
        }

        int line(int number) {
            return number < 0 || number >= lines.length ? 0 : lines[number];
        }
    }

    QuotaOrigins(OriginKind kind, String file) {
        this.kind = kind;
        this.file = file;
    }

    /** @param number that of the entry in its map: of rate quotas with a name, of {@code "*"}, or of allocation quotas */
    void record(QuotaEntry entry, int number, int line) {
        table(entry).record(number, line);
    }

    /** The layer was made of this content, whole. */
    void madeOf(SeenContent content) {
        fingerprint = Optional.of(content.fingerprint());
    }

    @Override
    public Optional<String> fingerprint() {
        return fingerprint;
    }

    /** To be called once all is read. */
    void finish(PolicyLayer read) {
        layer = read;
    }

    private LineTable table(QuotaEntry entry) {
        if (entry.kind() == QuotaKind.ALLOC) {
            return allocations;
        }
        return entry.isOthers() ? others : rates;
    }

    LimitOrigin of(QuotaEntry entry) {
        CompactMap<?> map;
        String key = entry.name().subject();
        if (entry.kind() == QuotaKind.ALLOC) {
            map = CompactMap.copyOf(layer.allocations());
        } else if (entry.isOthers()) {
            map = CompactMap.copyOf(layer.limits().quotas().others());
            key = entry.name().namespace();
        } else {
            map = CompactMap.copyOf(layer.limits().quotas().named());
        }
        return LimitOrigin.ofFile(kind, file, table(entry).line(map.number(key)));
    }

    /** Limits of other scopes aren't set in such a file. */
    @Override
    public LimitOrigin of(PolicyEntry entry, Dimension dimension) {
        return LimitOrigin.ofFile(kind, file, 0);
    }
}
