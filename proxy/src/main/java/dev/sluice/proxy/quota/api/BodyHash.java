package dev.sluice.proxy.quota.api;

import dev.sluice.common.KeyedHash;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocStep;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import dev.sluice.quota.alloc.AllocStep.Free;
import dev.sluice.quota.alloc.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a call with an idempotency key asks for, as a hash: the order of its fields and its blanks make no difference. Texts
 * are written with their lengths, so that different calls have different texts.
 */
final class BodyHash {
    private static final KeyedHash HASH = new KeyedHash("sluice quota call".getBytes(StandardCharsets.UTF_8));

    private BodyHash() {}

    /** The key of a change; empty: it has none. */
    static Optional<IdempotencyKey> key(QuotaCall.Change change) {
        return change.key().isEmpty() ? Optional.empty() : Optional.of(new IdempotencyKey(change.key(), of(change)));
    }

    /** The hash of a call. */
    static String of(QuotaCall call) {
        return hash("one", List.of(call));
    }

    /** The hash of a call of several quotas. */
    static String ofAll(List<QuotaCall> steps) {
        return hash("all", steps);
    }

    /** The key of a call of several quotas; empty: it has none. */
    static Optional<IdempotencyKey> key(String key, List<QuotaCall> steps) {
        return key.isEmpty() ? Optional.empty() : Optional.of(new IdempotencyKey(key, ofAll(steps)));
    }

    private static String hash(String path, List<QuotaCall> calls) {
        StringBuilder text = new StringBuilder(path);
        for (QuotaCall call : calls) {
            append(text, call);
        }
        return HexFormat.of().formatHex(HASH.of(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static void append(StringBuilder text, QuotaCall call) {
        if (call instanceof QuotaCall.Allow allow) {
            text.append("|allow");
            append(text, allow.step().quota());
            text.append(allow.step().tokens());
        } else if (call instanceof QuotaCall.Change change) {
            AllocStep step = change.step();
            text.append(step instanceof Allocate ? "|alloc" : "|free");
            append(text, step.quota());
            text.append(step.tokens()).append(',').append(step.version()).append(',');
            if (step instanceof Free free) {
                text.append(free.lease());
            } else {
                ((Allocate) step).lease().ifPresent(lease -> append(text.append(lease.millis()), lease.holder()));
            }
        } else {
            throw new IllegalArgumentException("no call that changes anything");
        }
    }

    private static void append(StringBuilder text, QuotaName quota) {
        append(text, quota.namespace());
        append(text, quota.resource());
    }

    private static void append(StringBuilder text, String part) {
        text.append('(').append(part.length()).append(':').append(part).append(')');
    }
}
