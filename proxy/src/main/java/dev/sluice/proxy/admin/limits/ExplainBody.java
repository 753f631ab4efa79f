package dev.sluice.proxy.admin.limits;

import dev.sluice.limits.model.OperationClass;
import java.util.List;

/**
 * {@code /api/v1/explain}: what would become of a request now. Nothing is charged for the question.
 *
 * @param node this sidecar
 * @param user as limits name it; empty: a request without credentials
 * @param tenant of the user; empty: none
 * @param bucket as limits name it; empty: none
 * @param operation what the operation counts as
 * @param address of the client, or the network that it counts as, if its access key is not proven; empty: it is
 * @param verdict what this sidecar would do now
 * @param summary the same in a sentence, for people
 * @param limits all that apply, in the order in which they are asked
 */
public record ExplainBody(
        String node,
        String user,
        String tenant,
        String bucket,
        OperationClass operation,
        String address,
        ExplainedVerdict verdict,
        String summary,
        List<ExplainedLimit> limits) {
    public ExplainBody {
        limits = List.copyOf(limits);
    }
}
