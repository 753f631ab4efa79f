package dev.sluice.sync.zmq;

import static dev.sluice.sync.testing.TestNode.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.sync.BusFixture.Keys;
import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.discovery.ResolvedEndpoint;
import dev.sluice.sync.trust.LinkBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZMQ;

/** Real sockets, and a clock that the test moves. */
class PeerLinkTest {
    private static final long INTERVAL_NANOS = 100 * MS;
    private static final long SILENCE_NANOS = 500 * MS;

    private final SocketContext sockets = new SocketContext();
    private Optional<KeyRing> ring = Optional.empty();
    private long silenceNanos = SILENCE_NANOS;

    @AfterEach
    void close() {
        sockets.close();
    }

    private boolean maintain(PeerLink link, long nowNanos) {
        return link.maintain(sockets, ring, address -> silenceNanos, PeerLink.ATTEMPT_NANOS_MIN, nowNanos);
    }

    /** A port where nobody answers, but connections are made. */
    private static ServerSocket mute() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static PeerLink linkTo(ServerSocket peer) {
        Endpoint address = new Endpoint("127.0.0.1", peer.getLocalPort());
        return new PeerLink(
                ResolvedEndpoint.of(address.text(), LinkStatus.CONFIGURED, address),
                INTERVAL_NANOS,
                new LinkBudget(1_000_000, 1, 0),
                0);
    }

    private static void awaitConnected(PeerLink link) {
        await().atMost(Duration.ofSeconds(60)).until(link::isConnected);
    }

    @Test
    void socketWithReports_thatFallsSilent_isReplaced() throws IOException {
        try (ServerSocket peer = mute()) {
            PeerLink link = linkTo(peer);
            maintain(link, 0);
            awaitConnected(link);
            link.markReceived(Optional.empty(), 100 * MS);
            ZMQ.Socket first = link.socket();

            assertThat(maintain(link, 1_000 * MS)).isFalse();
            assertThat(maintain(link, 1_101 * MS)).isTrue();

            assertThat(link.socket()).isNotNull().isNotSameAs(first);
        }
    }

    @Test
    void socketWithReports_ofAPeerWithALongInterval_isKept() throws IOException {
        try (ServerSocket peer = mute()) {
            PeerLink link = linkTo(peer);
            maintain(link, 0);
            awaitConnected(link);
            link.markReceived(Optional.empty(), 100 * MS);
            silenceNanos = 10 * SILENCE_NANOS;

            assertThat(maintain(link, 10_000 * MS)).isFalse();
            assertThat(maintain(link, 10_101 * MS)).isTrue();
        }
    }

    @Test
    void socketThatIsNotConnected_isReplacedEachTime() throws IOException {
        ServerSocket peer = mute();
        peer.close();
        PeerLink link = linkTo(peer);
        maintain(link, 0);
        long nowNanos = 0;
        for (int attempt = 0; attempt < 10; attempt++) {
            ZMQ.Socket before = link.socket();

            assertThat(maintain(link, nowNanos + PeerLink.ATTEMPT_NANOS_MIN)).isFalse();
            nowNanos += PeerLink.ATTEMPT_NANOS_MIN + 1;
            assertThat(maintain(link, nowNanos)).isTrue();

            assertThat(link.socket()).isNotNull().isNotSameAs(before);
        }
        assertThat(link.status(nowNanos).problem()).isEqualTo("the connection fails");
    }

    @Test
    void keyThatFitted_isTriedAgainBeforeEachOther() throws IOException {
        Keys own = Keys.make();
        Keys one = Keys.make();
        Keys two = Keys.make();
        ring = Optional.of(own.allowing(own, one, two));
        try (ServerSocket peer = mute()) {
            PeerLink link = linkTo(peer);
            long nowNanos = 0;
            while (!link.key().equals(two.publicKey())) {
                nowNanos = tryNext(link, nowNanos);
            }
            awaitConnected(link);
            link.markReceived(Optional.empty(), nowNanos);
            maintain(link, nowNanos + 2 * SILENCE_NANOS + 1);
            nowNanos += 2 * SILENCE_NANOS + 1;

            List<String> tried = new ArrayList<>(List.of(link.key()));
            for (int i = 0; i < 3; i++) {
                nowNanos = tryNext(link, nowNanos);
                tried.add(link.key());
            }

            assertThat(tried).containsExactly(two.publicKey(), own.publicKey(), two.publicKey(), one.publicKey());
        }
    }

    /** Until it has given up the socket that says nothing, and waited for its turn. */
    private long tryNext(PeerLink link, long nowNanos) {
        if (link.socket() != null) {
            awaitConnected(link);
        }
        long later = nowNanos + 3_001 * MS;
        maintain(link, later);
        maintain(link, later + 1_000 * MS);
        return later + 1_000 * MS;
    }
}
