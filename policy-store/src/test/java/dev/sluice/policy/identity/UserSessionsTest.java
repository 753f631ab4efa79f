package dev.sluice.policy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.policy.source.PolicySnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UserSessionsTest {
    private static final long NOW = -5_000_000_000L;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long PEER = 7;
    private static final long OTHER_PEER = 8;
    private static final Identity ALICE = Identity.ofUser("alice");
    private static final Identity CAROL = Identity.ofUser("acme$carol");

    private final Map<String, Identity> listed = new HashMap<>(Map.of("ALICE1", ALICE, "CAROL1", CAROL));
    private final Map<String, Identity> statedByRgw = new HashMap<>();
    private final IdentityDirectory here = directory("test");
    private final IdentityDirectory peer = directory("test");

    private IdentityDirectory directory(String cluster) {
        KeyOwners owners = new KeyOwners() {
            @Override
            public @Nullable KeyOwner find(String accessKey) {
                Identity owner = statedByRgw.get(accessKey);
                return owner == null ? null : new KeyOwner(owner, "", false, null);
            }

            @Override
            public void accepted(String accessKey) {}

            @Override
            public void refused(String accessKey) {}

            @Override
            public void served(String bucket) {}

            @Override
            public void adminWrite() {}
        };
        return new IdentityDirectory(cluster, () -> new PolicySnapshot(Policy.UNLIMITED, listed), owners);
    }

    private static List<SharedSession> shared(UserSessions of, Iterator<UserSession> sessions) {
        List<SharedSession> all = new ArrayList<>();
        while (sessions.hasNext()) {
            of.shared(sessions.next(), NOW).ifPresent(all::add);
        }
        return all;
    }

    /** Reports what one directory has learnt to another one. */
    private static void report(IdentityDirectory from, IdentityDirectory to) {
        shared(from.sessions(), from.sessions().learnt())
                .forEach(s -> to.sessions().receive(PEER, s, NOW));
    }

    @Test
    void session_belongsToWhoAssumedIt() {
        here.learnSession("ALICE1", "TEMPORARY1", HOUR, NOW);
        here.learnSession("CAROL1", "TEMPORARY2", HOUR, NOW);

        assertThat(here.lookup("TEMPORARY1")).isEqualTo(ALICE);
        assertThat(here.lookup("TEMPORARY2")).isEqualTo(new Identity("acme$carol", "acme"));
        assertThat(here.lookup("TEMPORARY3").user()).startsWith("key:");
        assertThat(here.sessions().learntCount()).isEqualTo(2);
    }

    @Test
    void sessionOfASession_belongsToTheSameUser() {
        here.learnSession("ALICE1", "TEMPORARY1", HOUR, NOW);
        here.learnSession("TEMPORARY1", "TEMPORARY2", HOUR, NOW);

        assertThat(here.lookup("TEMPORARY2")).isEqualTo(ALICE);
    }

    @Test
    void sessionOfAnUnknownKey_followsIt_untilItsUserIsKnown() {
        here.learnSession("ALICE9", "TEMPORARY1", HOUR, NOW);
        here.learnSession("TEMPORARY1", "TEMPORARY2", HOUR, NOW);
        assertThat(here.lookup("TEMPORARY1")).isEqualTo(here.lookup("ALICE9"));
        assertThat(here.lookup("TEMPORARY2")).isEqualTo(here.lookup("ALICE9"));
        report(here, peer);
        assertThat(peer.lookup("TEMPORARY1")).isEqualTo(here.lookup("ALICE9"));

        statedByRgw.put("ALICE9", ALICE);
        report(here, peer);

        assertThat(here.lookup("TEMPORARY1")).isEqualTo(ALICE);
        assertThat(here.lookup("TEMPORARY2")).isEqualTo(ALICE);
        assertThat(peer.lookup("TEMPORARY1")).isEqualTo(ALICE);
        statedByRgw.clear();
        assertThat(here.lookup("TEMPORARY1")).isEqualTo(ALICE);
    }

    @Test
    void sessionOfAUserWithoutLimits_hasLimits() {
        listed.put("SYSTEM", Identity.ofUser("sync").exempt());

        here.learnSession("SYSTEM", "TEMPORARY1", HOUR, NOW);

        assertThat(here.lookup("SYSTEM").isExempt()).isTrue();
        assertThat(here.lookup("TEMPORARY1")).isEqualTo(new Identity("sync", ""));
    }

    @Test
    void knownKey_isNeverASession() {
        here.learnSession("CAROL1", "ALICE1", HOUR, NOW);
        here.learnSession("ALICE1", "LATER", HOUR, NOW);
        listed.put("LATER", CAROL);
        peer.learnSession("ALICE1", "STATED", HOUR, NOW);
        report(peer, here);
        statedByRgw.put("STATED", CAROL);

        assertThat(here.lookup("ALICE1")).isEqualTo(ALICE);
        assertThat(here.lookup("LATER")).isEqualTo(CAROL);
        assertThat(here.lookup("STATED")).isEqualTo(CAROL);
        assertThat(here.sessions().learntCount()).isEqualTo(1);
    }

    /** No RGW gives a key twice. Still, keys that follow each other must not keep an event loop busy for ever. */
    @Test
    void keysThatFollowEachOther_end() {
        here.learnSession("B", "A", HOUR, NOW);
        here.learnSession("A", "A", HOUR, NOW);
        here.learnSession("C", "B", HOUR, NOW);
        here.learnSession("A", "C", HOUR, NOW);

        assertThat(here.lookup("A").user()).startsWith("key:");
        assertThat(here.lookup("B").user()).startsWith("key:");
        assertThat(here.lookup("C").user()).startsWith("key:");
    }

    @Test
    void reportedSession_isOpenedByItsAccessKeyAlone() {
        peer.learnSession("CAROL1", "TEMPORARY1", HOUR, NOW);
        SharedSession session =
                shared(peer.sessions(), peer.sessions().learnt()).get(0);

        here.sessions().receive(PEER, session, NOW);

        assertThat(session.sealedName()).hasSize("acme$carol".length()).doesNotContain("carol");
        assertThat(session.toString()).doesNotContain(session.sealedName());
        assertThat(here.lookup("TEMPORARY1")).isEqualTo(CAROL);
        assertThat(here.lookup("TEMPORARY1")).isSameAs(here.lookup("TEMPORARY1"));
        IdentityDirectory alien = directory("other");
        alien.sessions().receive(PEER, session, NOW);
        assertThat(alien.lookup("TEMPORARY1").user()).startsWith("key:");
    }

    @Test
    void namesOfOneSession_areSealedWithoutACommonStream() {
        UserSeal seal = new UserSeal("test");
        UserSeal.SealKey key = seal.keyOf("TEMPORARY1");
        String first = seal.seal(key, "aaaaaaaaaaaaaaaa");
        String second = seal.seal(key, "aaaaaaaaaaaaaaab");

        int alike = 0;
        for (int i = 0; i < first.length(); i++) {
            alike += first.charAt(i) == second.charAt(i) ? 1 : 0;
        }
        assertThat(alike).isLessThan(5);
        for (String name : List.of("a", "x".repeat(33), "\u00fc".repeat(127), "x".repeat(255))) {
            assertThat(seal.open(key, seal.idOf(name), seal.seal(key, name))).contains(name);
            assertThat(seal.open(seal.keyOf("OTHER"), seal.idOf(name), seal.seal(key, name)))
                    .isEmpty();
            assertThat(seal.open(key, seal.idOf("other"), seal.seal(key, name))).isEmpty();
        }
        assertThat(seal.seal(key, "x".repeat(256))).isEmpty();
    }

    @Test
    void userWithALongName_staysHere() {
        listed.put("LONG", Identity.ofUser("x".repeat(300)));

        here.learnSession("LONG", "TEMPORARY1", HOUR, NOW);

        assertThat(here.lookup("TEMPORARY1").user()).hasSize(300);
        assertThat(shared(here.sessions(), here.sessions().learnt())).isEmpty();
    }

    @Test
    void madeUpReport_givesWayToTheNextOne() {
        peer.learnSession("ALICE1", "TEMPORARY1", HOUR, NOW);
        SharedSession right = shared(peer.sessions(), peer.sessions().learnt()).get(0);
        here.sessions().receive(OTHER_PEER, new SharedSession(right.key(), new SubjectId(1, 2), "xxxxx", HOUR), NOW);
        here.sessions().receive(PEER, right, NOW);

        assertThat(here.lookup("TEMPORARY1").user()).startsWith("key:");
        here.sessions().receive(PEER, right, NOW);

        assertThat(here.lookup("TEMPORARY1")).isEqualTo(ALICE);
    }

    @Test
    void whatWasLearntHere_countsBeforeReports() {
        peer.learnSession("CAROL1", "TEMPORARY1", HOUR, NOW);
        report(peer, here);
        assertThat(here.lookup("TEMPORARY1")).isEqualTo(CAROL);

        here.learnSession("ALICE1", "TEMPORARY1", HOUR, NOW);
        report(peer, here);

        assertThat(here.lookup("TEMPORARY1")).isEqualTo(ALICE);
        assertThat(here.sessions().reportedCount()).isZero();
    }

    @Test
    void session_isForgottenAfterItsEnd_alsoOnItsWayFromPeerToPeer() {
        here.learnSession("ALICE1", "TEMPORARY1", HOUR, NOW);
        long end = NOW + HOUR + UserSessions.GRACE_NANOS;
        UserSession session = here.sessions().learnt().next();
        Optional<SharedSession> late = here.sessions().shared(session, end - 1);
        assertThat(late).isPresent();
        peer.sessions().receive(PEER, late.get(), end - 1);
        here.sessions().expire(end - 1);
        peer.sessions().expire(end - 1);
        assertThat(here.lookup("TEMPORARY1")).isEqualTo(ALICE);
        assertThat(peer.lookup("TEMPORARY1")).isEqualTo(ALICE);

        here.sessions().expire(end);
        peer.sessions().expire(end);

        assertThat(here.sessions().shared(session, end)).isEmpty();
        assertThat(here.lookup("TEMPORARY1").user()).startsWith("key:");
        assertThat(peer.lookup("TEMPORARY1").user()).startsWith("key:");
    }

    @Test
    void endThatIsTooFarAhead_isBounded() {
        here.learnSession("ALICE1", "TEMPORARY1", Long.MAX_VALUE, NOW);
        peer.sessions()
                .receive(PEER, new SharedSession(new KeyHash(1, 2), new SubjectId(3, 4), "x", Long.MAX_VALUE), NOW);

        here.sessions().expire(NOW + UserSessions.SESSION_NANOS_MAX + UserSessions.GRACE_NANOS);
        peer.sessions().expire(NOW + UserSessions.SESSION_NANOS_MAX + UserSessions.GRACE_NANOS);

        assertThat(here.sessions().learntCount()).isZero();
        assertThat(peer.sessions().reportedCount()).isZero();
    }

    /** A million sessions of one user: as many are known as there is room, the last ones. */
    @Test
    void userWithTooManySessions_losesItsFirst_andNobodyElseAny() {
        UserSessions sessions = new UserSessions("test", key -> ALICE, 100);
        sessions.learn(new KeyHash(0, 1), "c", CAROL, "", HOUR, NOW);

        for (int i = 0; i < 1_000; i++) {
            sessions.learn(new KeyHash(1, i), "k" + i, ALICE, "", HOUR, NOW);
        }

        assertThat(sessions.learntCount()).isEqualTo(51);
        assertThat(sessions.displaced()).isEqualTo(950);
        assertThat(sessions.find(new KeyHash(0, 1), "c")).isEqualTo(CAROL);
        assertThat(sessions.find(new KeyHash(1, 999), "k999")).isEqualTo(ALICE);
        assertThat(sessions.find(new KeyHash(1, 949), "k949")).isNull();
    }

    @Test
    void peerWithTooManySessions_losesItsFirst_andOtherPeersNone() {
        UserSessions sessions = new UserSessions("test", key -> ALICE, 100);
        for (int i = 0; i < 40; i++) {
            sessions.receive(PEER, new SharedSession(new KeyHash(1, i), new SubjectId(1, 1), "x", HOUR), NOW);
        }

        for (int i = 0; i < 1_000; i++) {
            SharedSession madeUp = new SharedSession(new KeyHash(2, i), new SubjectId(1, 1), "x", HOUR);
            sessions.receive(OTHER_PEER + i % 2, madeUp, NOW);
        }

        assertThat(sessions.reportedCount()).isEqualTo(100);
        Set<KeyHash> left = new HashSet<>();
        sessions.reported().forEachRemaining(session -> left.add(session.keyHash()));
        assertThat(left).contains(new KeyHash(1, 39), new KeyHash(2, 999), new KeyHash(2, 998));
        assertThat(left.stream().filter(key -> key.high() == 1).count()).isGreaterThanOrEqualTo(33);
    }

    /** Whatever happens in whatever order: no table is larger than its bound, and the end leaves nothing. */
    @Test
    void bounds_holdInAnyOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        UserSessions sessions = new UserSessions("test", key -> ALICE, 20);
        List<Identity> users = List.of(ALICE, CAROL, Identity.ofUser("bob"), Identity.ofUser("dave"));
        long now = NOW;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(1_000_000_000);
            KeyHash key = new KeyHash(0, random.nextInt(60));
            switch (random.nextInt(4)) {
                case 0 -> sessions.learn(key, "k", users.get(random.nextInt(4)), "", random.nextLong(HOUR), now);
                case 1, 2 -> {
                    SubjectId user = new SubjectId(0, random.nextInt(2));
                    SharedSession session = new SharedSession(key, user, "x", 1 + random.nextLong(HOUR));
                    sessions.receive(random.nextInt(30), session, now);
                }
                default -> {
                    sessions.find(key, "k");
                    sessions.expire(now);
                }
            }
            assertThat(sessions.learntCount()).as("seed %d", seed).isBetween(0, 20);
            assertThat(sessions.reportedCount()).as("seed %d", seed).isBetween(0, 20);
        }

        sessions.expire(now + UserSessions.SESSION_NANOS_MAX * 2);

        assertThat(sessions.learntCount() + sessions.reportedCount())
                .as("seed %d", seed)
                .isZero();
    }
}
