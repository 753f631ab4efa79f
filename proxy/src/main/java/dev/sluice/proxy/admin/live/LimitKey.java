package dev.sluice.proxy.admin.live;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;

/** One limit of one subject, as all sidecars know it. */
record LimitKey(SubjectId id, Dimension dimension) {
    /** For people and scripts: {@code user/alice/read-ops}, {@code anonymous/read-ops}. */
    static String text(Scope scope, String subject, Dimension dimension) {
        String escaped = subject.replace("%", "%25").replace("/", "%2F");
        return scope.key() + "/" + (escaped.isEmpty() ? "" : escaped + "/") + dimension.key();
    }
}
