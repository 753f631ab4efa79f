package dev.sluice.proxy.app.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.sync.history.SavedUsage;
import dev.sluice.sync.sessions.SessionBook.KnownSession;
import dev.sluice.sync.sessions.SessionSender;
import dev.sluice.sync.wire.SessionEntry;
import java.lang.reflect.Proxy;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sessions on their way from one sidecar to another, and on to a third. */
class SessionSharingTest {
    private static final long NOW = 1_000_000_000L;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final Identity CAROL = Identity.ofUser("acme$carol");

    private static final class Node {
        final IdentityDirectory directory = new IdentityDirectory(
                "test",
                () -> new PolicySnapshot(
                        Policy.UNLIMITED, Map.of("CAROL1", CAROL, "LONG", Identity.ofUser("x".repeat(300)))));
        final SessionSharing sharing = new SessionSharing(directory.sessions());
        final SessionSender sender = new SessionSender(sharing, () -> 0, NOW);

        /** Receives what another node sends next; returns how many sessions. */
        int receive(Node from, long nowNanos) {
            List<SessionEntry> sent = SessionEntry.find(from.sender.next(nowNanos), 0);
            sent.forEach(session -> sharing.receive(1, session, nowNanos));
            return sent.size();
        }
    }

    private final Node first = new Node();
    private final Node second = new Node();
    private final Node third = new Node();

    @Test
    void session_isKnownToAPeer_andToOneThatStartsWhenItsOriginIsGone() {
        first.directory.learnSession("CAROL1", "TEMPORARY1", HOUR, NOW);

        assertThat(second.receive(first, NOW)).isEqualTo(1);
        second.sender.request();
        assertThat(third.receive(second, NOW + TimeUnit.SECONDS.toNanos(2))).isEqualTo(1);

        assertThat(second.directory.lookup("TEMPORARY1")).isEqualTo(CAROL);
        assertThat(third.directory.lookup("TEMPORARY1")).isEqualTo(CAROL);
        assertThat(third.directory.isSession("TEMPORARY1")).isTrue();
        assertThat(third.directory.isSession("TEMPORARY2")).isFalse();
    }

    @Test
    void session_getsNoYounger_onItsWay() {
        first.directory.learnSession("CAROL1", "TEMPORARY1", HOUR, NOW);
        second.receive(first, NOW);
        long later = NOW + HOUR;
        second.sender.request();
        third.receive(second, later);

        third.directory.sessions().expire(NOW + HOUR + TimeUnit.MINUTES.toNanos(15));

        assertThat(third.directory.sessions().reportedCount()).isZero();
    }

    private void restart(Node from, Node to, long pastNanos) {
        byte[] saved = SavedUsage.write(UsageHistories.NONE, from.sharing, 1, NOW, 0);
        UsageRegistry limits = (UsageRegistry) Proxy.newProxyInstance(
                UsageRegistry.class.getClassLoader(), new Class<?>[] {UsageRegistry.class}, (p, method, a) -> null);
        SavedUsage.read(saved, limits, to.sharing, 1, NOW, TimeUnit.NANOSECONDS.toMillis(pastNanos));
    }

    @Test
    void session_getsNoYounger_inTheStateFile() {
        first.directory.learnSession("CAROL1", "TEMPORARY1", HOUR, NOW);

        restart(first, second, HOUR);
        restart(first, third, HOUR + TimeUnit.MINUTES.toNanos(15));

        assertThat(second.directory.lookup("TEMPORARY1")).isEqualTo(CAROL);
        second.directory.sessions().expire(NOW + TimeUnit.MINUTES.toNanos(15));
        assertThat(second.directory.sessions().reportedCount()).isZero();
        assertThat(third.directory.sessions().reportedCount()).isZero();
    }

    @Test
    void whatIsNotForPeers_isNotSent() {
        first.directory.learnSession("LONG", "TEMPORARY1", HOUR, NOW);

        assertThat(first.directory.lookup("TEMPORARY1").user()).hasSize(300);
        assertThat(second.receive(first, NOW)).isZero();
    }

    @Test
    void endedSession_isNotSent() {
        first.directory.learnSession("CAROL1", "TEMPORARY1", HOUR, NOW);

        assertThat(second.receive(first, NOW + 2 * HOUR)).isZero();
    }

    @Test
    void sessionsThatNobodySends_areBounded() {
        for (int i = 0; i < 10_000; i++) {
            first.directory.learnSession("CAROL1", "TEMPORARY" + i, HOUR, NOW);
        }

        int waiting = 0;
        while (first.sharing.pollLearnt() != null) {
            waiting++;
        }
        assertThat(waiting).isEqualTo(4_096);
        first.directory.learnSession("CAROL1", "ANOTHER", HOUR, NOW);
        assertThat(first.sharing.pollLearnt()).isNotNull();
    }

    @Test
    void madeUpSessions_areTaken_andBelongToNobody() {
        for (int i = 0; i < 100; i++) {
            third.sharing.receive(1, new SessionEntry(i, i, new SubjectId(i, i), 3_600, "\u0000\u00ff"), NOW);
        }

        Iterator<KnownSession> reported = third.sharing.reported();
        assertThat(reported.hasNext()).isTrue();
        assertThat(reported.next().entry(NOW)).isPresent();
        assertThat(third.directory.sessions().reportedCount()).isEqualTo(100);
    }
}
