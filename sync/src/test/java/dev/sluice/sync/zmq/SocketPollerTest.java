package dev.sluice.sync.zmq;

import static dev.sluice.sync.testing.TestNode.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.sync.BusFixture;
import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.discovery.ResolvedEndpoint;
import dev.sluice.sync.trust.LinkBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZMQ;

/** Real sockets: two that publish, and a link to each. */
class SocketPollerTest {
    private final SocketContext sockets = new SocketContext();
    private final SocketPoller poller = new SocketPoller();
    private final ZMQ.Socket first = sockets.publishingSocket(Endpoint.toListen(BusFixture.ANY_PORT), Optional.empty());
    private final ZMQ.Socket second =
            sockets.publishingSocket(Endpoint.toListen(BusFixture.ANY_PORT), Optional.empty());
    private final PeerLink toFirst = linkTo(first);
    private final PeerLink toSecond = linkTo(second);

    @AfterEach
    void close() {
        poller.close();
        sockets.close();
    }

    /** Connected, and its subscription taken. */
    private PeerLink linkTo(ZMQ.Socket publishing) {
        Endpoint address = Endpoint.toConnect(publishing.getLastEndpoint());
        PeerLink link = new PeerLink(
                ResolvedEndpoint.of(address.text(), LinkStatus.CONFIGURED, address),
                100 * MS,
                new LinkBudget(1_000_000, 1, 0),
                0);
        link.maintain(sockets, Optional.empty(), any -> 0, Long.MAX_VALUE, 0);
        await().atMost(Duration.ofSeconds(60)).until(() -> publishing.recv(ZMQ.DONTWAIT) != null);
        return link;
    }

    private static List<String> read(PeerLink link) {
        List<String> read = new ArrayList<>();
        ZMQ.Socket socket = link.socket();
        for (String text = next(socket); text != null; text = next(socket)) {
            read.add(text);
        }
        return read;
    }

    private static String next(ZMQ.Socket socket) {
        return socket.recvStr(ZMQ.DONTWAIT);
    }

    /** ReportDelays until something was read from a link, and tells from which. */
    private List<PeerLink> whoSpeaks(List<String> texts) {
        List<PeerLink> spoke = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            poller.await(1_000);
            for (PeerLink link : poller.take()) {
                List<String> read = read(link);
                texts.addAll(read);
                if (!read.isEmpty()) {
                    spoke.add(link);
                }
            }
            return !spoke.isEmpty();
        });
        return spoke;
    }

    @Test
    void take_givesThoseToWhichSomethingCame() {
        poller.register(List.of(toFirst, toSecond));
        poller.take();
        List<String> texts = new ArrayList<>();

        second.send("two");
        assertThat(whoSpeaks(texts)).containsExactly(toSecond);
        first.send("one");
        assertThat(whoSpeaks(texts)).containsExactly(toFirst);

        assertThat(texts).containsExactly("two", "one");
    }

    @Test
    void follow_givesAllOnce_forWhatCameBefore() {
        first.send("early");
        await().atMost(Duration.ofSeconds(60)).until(() -> (toFirst.socket().getEvents() & ZMQ.Poller.POLLIN) != 0);

        poller.register(List.of(toFirst, toSecond));
        poller.await(1_000);

        assertThat(poller.take()).containsExactly(toFirst, toSecond);
        assertThat(read(toFirst)).containsExactly("early");
    }

    @Test
    void again_doesNotWait() {
        poller.register(List.of(toFirst, toSecond));
        poller.take();
        poller.requeue(toSecond);

        poller.await(Long.MAX_VALUE);

        assertThat(poller.take()).contains(toSecond);
    }

    @Test
    void linkWithAnotherSocket_isFollowedByThatOne() {
        poller.register(List.of(toFirst, toSecond));
        poller.take();
        toFirst.renew(MS);
        toFirst.maintain(sockets, Optional.empty(), any -> 0, Long.MAX_VALUE, MS);
        await().atMost(Duration.ofSeconds(60)).until(() -> first.recv(ZMQ.DONTWAIT) != null);
        poller.register(List.of(toFirst, toSecond));
        poller.take();
        List<String> texts = new ArrayList<>();

        first.send("anew");

        assertThat(whoSpeaks(texts)).containsExactly(toFirst);
    }
}
