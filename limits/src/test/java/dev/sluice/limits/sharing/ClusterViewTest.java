package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.pacing.RemoteNode;
import org.junit.jupiter.api.Test;

class ClusterViewTest {
    private final ClusterView cluster = new ClusterView(0, PacingSettings.DEFAULT);

    @Test
    void peersThatComeAndGo_areNotKept() {
        RemoteNode live = cluster.addPeer(1, new RemoteNode(2));
        RemoteNode silent = cluster.addPeer(1, new RemoteNode(3));
        silent.lost();
        for (int id = 10; id < 1_000; id++) {
            cluster.addPeer(1, new RemoteNode(id)).forget();
        }

        assertThat(cluster.knownPeers()).isLessThanOrEqualTo(3);
        live.received(5);
        silent.received(4);
        assertThat(cluster.isKnownToAll(5, 20_000_005)).isFalse();
        assertThat(cluster.isKnownToAll(4, 20_000_004)).isTrue();
    }
}
