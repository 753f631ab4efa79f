package dev.sluice.proxy.app.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.limits.model.Membership;
import dev.sluice.sync.peers.PeerLog;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.peers.PeerStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is logged of peers. */
class PeerLogTest {
    private static final Membership BOTH = new Membership(2, 2, 1);

    private final Logger logger = (Logger) LoggerFactory.getLogger(PeerLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final PeerLog log = new PeerLog("a");

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private static PeerStatus peer(String incarnation, PeerState state) {
        return new PeerStatus(
                "b", incarnation, "tcp://h:1", 0, 512_000_000, 0, 1, 1, 0, 1, 0, 1, 0, Optional.empty(), state);
    }

    private List<String> next() {
        List<String> texts = lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
        lines.list.clear();
        return texts;
    }

    @Test
    void silentPeer_isAWarningWithWhatFollows() {
        log.update(List.of(peer("1", PeerState.LIVE)), new Membership(3, 3, 1));
        assertThat(next()).containsExactly("INFO peer b (1) at tcp://h:1 is live");

        log.update(List.of(peer("1", PeerState.SILENT)), new Membership(1, 3, 1.0 / 3));

        assertThat(next())
                .containsExactly(
                        "WARN peer b (1) at tcp://h:1 is silent: no report came for 512 ms. What it admits is unknown here;"
                                + " its share of the limits goes to the 1 live sidecars of 3",
                        "WARN limits are held to 33 % here: 1 of 3 sidecars are live, and sync.on-partition allows no"
                                + " more");

        log.update(List.of(peer("1", PeerState.LIVE)), new Membership(3, 3, 1));

        assertThat(next())
                .containsExactly(
                        "INFO peer b (1) at tcp://h:1 is live",
                        "INFO limits are held to 100 % here: 3 of 3 sidecars are live");
    }

    @Test
    void endedIncarnation_isLoggedOnce() {
        log.update(List.of(peer("1", PeerState.LIVE)), BOTH);
        log.update(List.of(peer("1", PeerState.LEFT)), BOTH);
        next();

        log.update(List.of(peer("2", PeerState.LIVE), peer("1", PeerState.REPLACED)), BOTH);
        assertThat(next()).containsExactly("INFO peer b (2) at tcp://h:1 is live");

        log.update(List.of(peer("2", PeerState.SILENT), peer("1", PeerState.LEFT)), BOTH);
        log.update(List.of(peer("2", PeerState.REPLACED), peer("1", PeerState.SILENT)), BOTH);
        assertThat(next()).noneMatch(line -> line.contains("(1)"));
    }

    @Test
    void start_isNoWarning() {
        log.update(List.of(), new Membership(1, 3, 1.0 / 3, true));

        assertThat(next()).isEmpty();
    }
}
