package dev.sluice.proxy.admin.live;

import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.proxy.admin.live.activity.TextSeal;
import java.util.Collection;

/**
 * The names of subjects that peers report. A name is believed if the id of the subject comes from it: a peer can't show the
 * use of one user under the name of another. What stands for an access key has no such proof, and can't be taken for a name.
 */
final class ReportedNames {
    /** What the name of a subject begins with whose name nobody knows. */
    static final String UNKNOWN = "id:";

    private static final String HASHED_KEY = "key:";

    private final SubjectIds ids;
    private final TextSeal seal;

    ReportedNames(SubjectIds ids, TextSeal seal) {
        this.ids = ids;
        this.seal = seal;
    }

    /** The name of a subject, as one of its reports has it; else the beginning of its id. */
    String of(SubjectId id, Scope scope, Collection<NodeLimit> reported) {
        return reported.stream()
                .flatMap(part -> seal.open(part.sealedName()).stream())
                .filter(name ->
                        name.startsWith(HASHED_KEY) || ids.of(scope, name).equals(id))
                .findFirst()
                .orElseGet(
                        () -> ids.of(scope, "").equals(id) ? "" : String.format("%s%08x", UNKNOWN, id.high() >>> 32));
    }
}
