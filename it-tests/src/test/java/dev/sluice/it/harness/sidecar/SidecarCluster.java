package dev.sluice.it.harness.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Sidecars that are peers of each other and have the same limits, each before the next gateway. */
public final class SidecarCluster implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final List<SidecarProcess> sidecars = new ArrayList<>();

    private SidecarCluster() {}

    /** Starts sidecars and waits until each has all others as live peers. */
    public static SidecarCluster start(int count, List<URI> gateways, String limits) {
        return start(count, gateways, limits, "");
    }

    /** Likewise, with more configuration for each. */
    public static SidecarCluster start(int count, List<URI> gateways, String limits, String config) {
        var cluster = new SidecarCluster();
        try {
            cluster.startAll(IntStream.range(0, count)
                    .mapToObj(i -> SidecarSetup.before(gateways.get(i % gateways.size()))
                            .limits(limits)
                            .config(config))
                    .toList());
        } catch (RuntimeException | AssertionError e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void startAll(List<SidecarSetup> setups) {
        for (var setup : setups) {
            var others = setups.stream().filter(other -> other != setup).map(SidecarSetup::sync);
            sidecars.add(setup.peers(others.toArray(String[]::new)).start());
        }
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(sidecars)
                        .allSatisfy(sidecar ->
                                assertThat(AdminPort.livePeers(sidecar)).isEqualTo(setups.size() - 1)));
    }

    public SidecarProcess get(int i) {
        return sidecars.get(i);
    }

    @Override
    public void close() {
        sidecars.forEach(SidecarProcess::close);
    }
}
