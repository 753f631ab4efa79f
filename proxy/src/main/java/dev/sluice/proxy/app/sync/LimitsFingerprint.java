package dev.sluice.proxy.app.sync;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.Scope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A number that is the same where the limits are the same: the first 64 bits of a SHA-256 over the cluster's name and all
 * limits in a fixed order. Files that differ and mean the same give the same number. Releases that know other fields of a
 * limit differ while they are rolled out.
 */
final class LimitsFingerprint {
    private final MessageDigest sha;

    private LimitsFingerprint(MessageDigest sha) {
        this.sha = sha;
    }

    static long of(String cluster, Policy policy) {
        try {
            LimitsFingerprint fingerprint = new LimitsFingerprint(MessageDigest.getInstance("SHA-256"));
            fingerprint.add("sluice limits", cluster);
            for (Scope scope : Scope.values()) {
                if (scope != Scope.QUOTA) {
                    fingerprint.add(scope.key(), "");
                    fingerprint.add("", policy.unnamed(scope));
                    CompactMap.copyOf(policy.named(scope)).forEachSorted(fingerprint::add);
                }
            }
            fingerprint.add(policy.quotas());
            return ByteBuffer.wrap(fingerprint.sha.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Nothing where there is no quota: then it is the same as of a release that doesn't know them. */
    private void add(QuotaLimits quotas) {
        if (!quotas.isEmpty()) {
            add(Scope.QUOTA.key(), "");
            CompactMap.copyOf(quotas.named()).forEachSorted(this::add);
            add("other resources", "");
            CompactMap.copyOf(quotas.others()).forEachSorted(this::add);
        }
    }

    private void add(String name, LimitSet limits) {
        add("subject", name);
        for (int i = 0; i < Dimension.count(); i++) {
            Limit limit = limits.get(Dimension.at(i));
            if (limit != null) {
                add(Dimension.at(i).key(), limit.toString());
            }
        }
    }

    /** Adds both with a separator that no name contains. */
    private void add(String key, String value) {
        sha.update((key + '\0' + value + '\0').getBytes(StandardCharsets.UTF_8));
    }
}
