package dev.sluice.policy.source;

import dev.sluice.limits.model.Dimension;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import java.util.Optional;

/** Where the limits of one layer are set. Immutable, and asked for people only: a request never does. */
@FunctionalInterface
public interface LayerOrigins {
    /** Of a layer that a program made. */
    LayerOrigins UNKNOWN = (entry, dimension) -> LimitOrigin.UNKNOWN;

    /** Of limits that are RGW's own settings. */
    LayerOrigins RGW = (entry, dimension) -> {
        if (entry.name().isEmpty()) {
            return new LimitOrigin(
                    OriginKind.RGW_GLOBAL, "global " + entry.scope().key(), 0);
        }
        OriginKind kind = switch (entry.scope()) {
            case BUCKET -> OriginKind.RGW_BUCKET;
            case USER, TENANT, ANONYMOUS, TOTAL, UNPROVEN, QUOTA -> OriginKind.RGW_USER;
        };
        return new LimitOrigin(kind, entry.scope().key() + " " + entry.name(), 0);
    };

    /**
     * Where a limit of the layer is set.
     *
     * @param entry one that the layer has
     */
    LimitOrigin of(PolicyEntry entry, Dimension dimension);

    /** The fingerprint of the content that the layer was made of; empty: it is not known, or it is of no file. */
    default Optional<String> fingerprint() {
        return Optional.empty();
    }
}
