package dev.sluice.sync.zmq;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.BusFixture.eventually;
import static dev.sluice.sync.BusFixture.receives;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sync.Bus;
import dev.sluice.sync.BusFixture;
import dev.sluice.sync.BusFixture.Keys;
import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.testing.TestUsageRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Who has no listed key gets nothing, also while nobody is there to refuse him. */
class ZapAuthenticatorTest {
    private static final long SECOND = 1_000_000_000L;

    private final BusFixture fixture = new BusFixture();
    private final ZContext context = new ZContext();
    private final Keys keysA = Keys.make();
    private final Keys keysB = Keys.make();
    private final Keys untrustedKeys = Keys.make();
    private final TestUsageRegistry registryA = new TestUsageRegistry();
    private final TestUsageRegistry registryB = new TestUsageRegistry();

    @AfterEach
    void close() {
        fixture.close();
        context.close();
    }

    @Test
    void noHandler_unauthenticatedPeerPassesTheHandshakeAndIsSentNothing() {
        KeyRing ring = keysA.allowing(keysA, keysB);
        try (SocketContext sockets = new SocketContext()) {
            ZMQ.Socket publishing = sockets.publishingSocket(Endpoint.toListen(BusFixture.ANY_PORT), Optional.of(ring));
            // ZeroMQ itself would let it in.
            ZMQ.Socket untrusted = unauthenticatedSubscriber(publishing);
            for (int i = 0; i < 100; i++) {
                publishing.send("report " + i);
            }
            ZMQ.Socket second = unauthenticatedSubscriber(publishing);
            SocketContext.serveLastSubscriber(publishing);
            publishing.send("for the second");

            // Had the first been sent anything, it would be there as soon as this.
            eventually().until(() -> second.recv(ZMQ.DONTWAIT) != null);
            assertThat(untrusted.recv(ZMQ.DONTWAIT)).isNull();
        }
    }

    @Test
    void threadThatHangs_letsNobodyInUntilItGoesOn() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysA, keysB), registryA);
        registryA.admit(ALICE, READ_OPS, 5);
        eventually().until(() -> a.stats().sent().ticks() > 2);
        CountDownLatch goOn = new CountDownLatch(1);
        registryA.holdVisits(goOn);

        List<ZMQ.Socket> unauthenticatedPeers = unauthenticatedPeers(a.endpoint(), 5);
        Bus knocking = fixture.start("stranger", untrustedKeys.allowing(keysA), registryB, a.endpoint());
        Bus listed = fixture.start("b", keysB.allowing(keysA, keysB), new TestUsageRegistry(), a.endpoint());
        eventually().until(() -> knocking.links().toString().contains("sends nothing"));
        eventually().until(() -> listed.links().toString().contains("sends nothing"));
        eventually().until(() -> !a.isHealthy(System.nanoTime()));
        goOn.countDown();
        eventually().until(() -> receives(listed, "a"));

        eventually().until(() -> a.stats().sent().refused() > 0);
        assertThat(unauthenticatedPeers).allMatch(untrusted -> untrusted.recv(ZMQ.DONTWAIT) == null);
        assertThat(knocking.stats().received().bytes()).isZero();
        assertThat(registryB.charged(ALICE, READ_OPS)).isZero();
    }

    @Test
    void threadThatIsKilledAgainAndAgain_neverAdmitsAnUntrustedPeer() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysA, keysB), registryA);
        Bus listed = fixture.start("b", keysB.allowing(keysA, keysB), registryB, a.endpoint());
        eventually().until(() -> receives(listed, "a"));
        Bus knocking = fixture.start("stranger", untrustedKeys.allowing(keysA), new TestUsageRegistry(), a.endpoint());

        registryA.failVisits(true);
        List<ZMQ.Socket> unauthenticatedPeers = unauthenticatedPeers(a.endpoint(), 5);
        eventually().until(() -> a.stats().publisherRestarts() > 4);
        registryA.failVisits(false);
        eventually().until(() -> {
            registryA.admit(ALICE, READ_OPS, 1);
            return registryB.charged(ALICE, READ_OPS) > 0;
        });

        assertThat(unauthenticatedPeers).allMatch(untrusted -> untrusted.recv(ZMQ.DONTWAIT) == null);
        assertThat(knocking.stats().received().bytes()).isZero();
        assertThat(a.isHealthy(System.nanoTime())).isTrue();
    }

    @Test
    void requestsThatReachNobody_endTheSockets() {
        try (SocketContext sockets = new SocketContext()) {
            ZMQ.Socket requests = sockets.zapHandler("inproc://here");
            sockets.zapHandler("inproc://other");
            ZapAuthenticator dead =
                    new ZapAuthenticator(requests, sockets.zapProbe("inproc://other"), new UnauthenticatedPeers(), 0);
            KeyRing ring = keysA.allowing(keysA);
            for (int i = 0; i < ZapAuthenticator.UNANSWERED_MAX; i++) {
                dead.answer(ring, i * SECOND);
            }

            assertThatThrownBy(() -> dead.answer(ring, ZapAuthenticator.UNANSWERED_MAX * SECOND))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void requests_areAnsweredHoweverLongThePauses() {
        try (SocketContext sockets = new SocketContext()) {
            ZapAuthenticator authenticator = new ZapAuthenticator(sockets, new UnauthenticatedPeers(), 0);
            KeyRing ring = keysA.allowing(keysA);

            for (int i = 0; i < 100; i++) {
                assertThat(authenticator.answer(ring, i * 30L * SECOND)).isZero();
            }
        }
    }

    /** One whose subscription has arrived. JeroMQ 0.6.0 leaves some new connections lying (see SocketContext): then another one. */
    private ZMQ.Socket unauthenticatedSubscriber(ZMQ.Socket publishing) {
        publishing.setReceiveTimeOut(3_000);
        for (int i = 0; i < 20; i++) {
            ZMQ.Socket untrusted = untrusted(publishing.getLastEndpoint());
            byte[] message = publishing.recv();
            if (message != null && message[0] == 1) {
                return untrusted;
            }
            untrusted.close();
        }
        throw new AssertionError("nobody gets past the handshake");
    }

    private List<ZMQ.Socket> unauthenticatedPeers(String endpoint, int count) {
        List<ZMQ.Socket> unauthenticatedPeers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            unauthenticatedPeers.add(untrusted(endpoint));
        }
        return unauthenticatedPeers;
    }

    /** Knows the public key of the server, which is no secret, and has a key that is not listed. */
    private ZMQ.Socket untrusted(String endpoint) {
        ZMQ.Socket socket = context.createSocket(SocketType.SUB);
        untrustedKeys.allowing(keysA).trust(socket, keysA.publicKey());
        socket.setReconnectIVL(20);
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        socket.connect(endpoint);
        return socket;
    }
}
