package dev.sluice.proxy.loop;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.http1.HttpMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Some of the last requests of each subject, for people: those that a limit rejected, and a sample of the others. A subject has
 * one of {@value #GROUPS} groups of {@value #GROUP_SIZE} places, so that one that is rejected all the time displaces few
 * others. No lock; event loops write, any thread reads. In all some 500 kB at most.
 */
public final class RecentRequests {
    private static final int GROUPS = 256;
    private static final int GROUP_SIZE = 32;

    private final AtomicReferenceArray<RecentRequest> places = new AtomicReferenceArray<>(GROUPS * GROUP_SIZE);
    private final AtomicIntegerArray next = new AtomicIntegerArray(GROUPS);

    /**
     * One request.
     *
     * @param subject as limits know it, which may be an access key: not for people
     * @param rejectedBy the dimension of the limit that rejected it; empty: it was admitted
     * @param retryAfterNanos after which it should return; 0: it was admitted
     */
    public record RecentRequest(
            long nanos,
            Scope scope,
            String subject,
            Optional<Dimension> rejectedBy,
            IpAddress address,
            HttpMethod method,
            long retryAfterNanos) {
        boolean isOf(Scope otherScope, String otherSubject) {
            return scope == otherScope && subject.equals(otherSubject);
        }

        /** Without the subject. */
        @Override
        public String toString() {
            return "RecentRequest[" + scope.key() + " " + method + "]";
        }
    }

    RecentRequests() {}

    /** Takes the place of the oldest one of its group. */
    void add(RecentRequest request) {
        int group = group(request.scope(), request.subject());
        int place = Math.floorMod(next.getAndIncrement(group), GROUP_SIZE);
        places.set(group * GROUP_SIZE + place, request);
    }

    /** Those of one subject, the latest first; at most {@value #GROUP_SIZE}. */
    public List<RecentRequest> of(Scope scope, String subject) {
        int group = group(scope, subject);
        List<RecentRequest> found = new ArrayList<>();
        for (int i = 0; i < GROUP_SIZE; i++) {
            RecentRequest request = places.get(group * GROUP_SIZE + i);
            if (request != null && request.isOf(scope, subject)) {
                found.add(request);
            }
        }
        found.sort(Comparator.comparingLong(RecentRequest::nanos).reversed());
        return List.copyOf(found);
    }

    private static int group(Scope scope, String subject) {
        int hash = 31 * subject.hashCode() + scope.ordinal();
        return Math.floorMod(hash ^ hash >>> 16, GROUPS);
    }
}
