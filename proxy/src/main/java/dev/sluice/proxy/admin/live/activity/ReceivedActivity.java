package dev.sluice.proxy.admin.live.activity;

import dev.sluice.sync.activity.NodeActivity;
import dev.sluice.sync.activity.NodeActivity.PeersActivity;
import dev.sluice.sync.activity.NodeActivity.RequestActivity;
import dev.sluice.sync.activity.PartActivity;
import java.util.List;

/**
 * The last activity of a sidecar.
 *
 * @param nanos when it came, monotonic
 */
public record ReceivedActivity(NodeActivity activity, long nanos) {
    /** None came. */
    public static final ReceivedActivity NONE = new ReceivedActivity(
            new NodeActivity(
                    new RequestActivity(0, 0, 0, 0),
                    0,
                    0,
                    0,
                    0,
                    PeersActivity.NONE,
                    PartActivity.UNKNOWN,
                    PartActivity.UNKNOWN,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of()),
            0);

    /** The same at another time. */
    public ReceivedActivity at(long otherNanos) {
        return new ReceivedActivity(activity, otherNanos);
    }
}
