package dev.sluice.sync.wire;

import dev.sluice.limits.usage.SubjectHistory;
import java.util.List;

/**
 * A part of what a node knows of the past, for a node that has just started. It follows the entries of a report. Immutable.
 *
 * @param senderState what the sender's knowledge is worth
 * @param isLast whether the sender has sent all it knows with this part
 */
public record HistoryPart(HistorySenderState senderState, boolean isLast, List<SubjectHistory> subjects) {
    public HistoryPart {
        subjects = List.copyOf(subjects);
    }
}
