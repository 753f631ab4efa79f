package dev.sluice.proxy.admin.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.common.IpAddress;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.admin.live.activity.ReceivedActivity;
import dev.sluice.proxy.admin.live.activity.TextSeal;
import dev.sluice.sync.activity.ActivityState;
import dev.sluice.sync.activity.LimitActivity;
import dev.sluice.sync.activity.NodeActivity;
import dev.sluice.sync.peers.PeerState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The view of a cluster, second by second. */
class LiveViewTest {
    private static final String ALICE = "user/alice/read-ops";

    private final FakeSidecar a = new FakeSidecar("a", 1);
    private final FakeSidecar b = new FakeSidecar("b", 2);

    private static Config parsed(String event) {
        assertThat(event).endsWith("}\n\n").contains("\ndata: {");
        return ConfigFactory.parseString(event.substring(event.indexOf('{')));
    }

    private Config tickBoth() {
        b.tick();
        b.reportTo(a);
        return parsed(a.tick());
    }

    private void introduce() {
        a.peers.add(b.status(PeerState.LIVE, 50_000_000L));
    }

    private static Config row(Config now, String key) {
        return now.getConfigList("limits.rows").stream()
                .filter(row -> row.getString("key").equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> kinds(Config now) {
        return now.getConfigList("events").stream()
                .map(event -> event.getString("kind"))
                .toList();
    }

    @Test
    void limitOverItsLimit_isOnTop_withTheSharesOfBothSidecars() {
        introduce();
        Config now = tickBoth();
        for (int i = 0; i < 12; i++) {
            a.requests("alice", 20);
            a.requests("bob", 5);
            b.requests("alice", 20);
            now = tickBoth();
        }

        Config top = now.getConfigList("limits.rows").get(0);
        assertThat(top.getString("key")).isEqualTo(ALICE);
        assertThat(top.getString("origin")).isEqualTo("limits.conf:8");
        assertThat(top.getDouble("used")).as("each knows only itself here").isCloseTo(20, within(1.0));
        assertThat(top.getDouble("shares.a")).isCloseTo(0.5, within(0.03));
        assertThat(top.getDouble("shares.b")).isCloseTo(0.5, within(0.03));
        assertThat(top.getDouble("rejected_per_second")).isCloseTo(20, within(2.0));
        assertThat(top.getDouble("rejected_ratio")).isCloseTo(0.5, within(0.03));
        assertThat(top.getDouble("asked_ratio")).isCloseTo(4, within(0.2));
        assertThat(now.getInt("limits.in_use")).isEqualTo(2);
        assertThat(now.getInt("limits.over")).isEqualTo(1);
        assertThat(row(now, "user/bob/read-ops").getInt("limit_amount")).isEqualTo(1_000);
    }

    @Test
    void requests_areThoseOfTheCounters() {
        introduce();
        tickBoth();
        double admitted = 0;
        double rejected = 0;
        for (int i = 0; i < 10; i++) {
            a.requests("alice", 15);
            Config now = tickBoth();
            admitted += now.getConfigList("sidecars").get(0).getDouble("admitted");
            rejected += now.getConfigList("sidecars").get(0).getDouble("rejected");
        }

        assertThat(admitted).isEqualTo(a.counters.completed.sum());
        assertThat(rejected).isEqualTo(a.counters.rejected.sum()).isPositive();
    }

    @Test
    void limit_beginsAndEndsToReject() {
        a.tick();
        a.requests("alice", 12);
        Config now = parsed(a.tick());
        assertThat(kinds(now)).containsExactly("rejecting");
        assertThat(now.getConfigList("events").get(0).getString("key")).isEqualTo(ALICE);
        assertThat(now.getConfigList("events").get(0).getString("text"))
                .isEqualTo("alice began to be rejected: read-ops, 10/s");

        for (int i = 1; i < 10; i++) {
            a.requests("alice", 1);
            assertThat(kinds(parsed(a.tick()))).isEmpty();
        }
        a.requests("alice", 1);
        assertThat(kinds(parsed(a.tick()))).containsExactly("admitting");
    }

    @Test
    void shadowLimit_showsWhatItWouldReject() {
        a.tick();
        Config now = null;
        for (int i = 0; i < 5; i++) {
            a.requests("intern", 18);
            now = parsed(a.tick());
        }

        Config shadow = row(now, "user/intern/read-ops");
        assertThat(shadow.getString("on_exceed")).isEqualTo("shadow");
        assertThat(shadow.getDouble("would_reject_per_second")).isEqualTo(8);
        assertThat(shadow.getDouble("used")).isEqualTo(10);
        assertThat(shadow.getDouble("asked_ratio")).isEqualTo(1.8);
        assertThat(shadow.getDouble("rejected_per_second")).isZero();
        assertThat(now.getInt("limits.over")).isZero();
    }

    @Test
    void silentPeer_isAProblem_andItsNumbersAreNotKnown() {
        introduce();
        a.tick();
        b.requests("alice", 5);
        tickBoth();
        b.requests("alice", 5);
        Config now = tickBoth();
        assertThat(now.getConfigList("sidecars").get(1).getDouble("admitted")).isPositive();
        assertThat(now.getConfigList("problems")).isEmpty();

        a.peers.set(0, b.status(PeerState.SILENT, 400_000_000L));
        now = parsed(a.tick());

        Config peer = now.getConfigList("sidecars").get(1);
        assertThat(peer.getString("state")).isEqualTo("silent");
        assertThat(peer.getIsNull("admitted")).isTrue();
        assertThat(kinds(now)).containsExactly("peer-silent");
        Config problem = now.getConfigList("problems").get(0);
        assertThat(problem.getString("kind")).isEqualTo("peer-silent");
        assertThat(problem.getStringList("sidecars")).containsExactly("b");

        a.peers.set(0, b.status(PeerState.LIVE, 0));
        assertThat(kinds(parsed(a.tick()))).containsExactly("peer-live");
        a.peers.set(0, b.status(PeerState.LEFT, 0));
        now = parsed(a.tick());
        assertThat(kinds(now)).containsExactly("peer-left");
        assertThat(now.getConfigList("problems")).isEmpty();
    }

    @Test
    void badLimitsFile_isOneProblem_onHoweverManySidecars() {
        introduce();
        tickBoth();
        LivePart bad = new LivePart(ActivityState.BAD, FakeSidecar.START_MILLIS, "limits.conf:8:21: no rate");
        a.limitsFile = bad;
        b.limitsFile = bad;

        Config now = tickBoth();

        assertThat(now.getConfigList("problems")).hasSize(1);
        Config problem = now.getConfigList("problems").get(0);
        assertThat(problem.getString("kind")).isEqualTo("limits-file-bad");
        assertThat(problem.getString("message")).isEqualTo("limits.conf:8:21: no rate");
        assertThat(problem.getStringList("sidecars")).containsExactly("a", "b");
        assertThat(kinds(now)).containsExactly("limits-file-bad", "limits-file-bad");
        assertThat(now.getConfigList("sidecars").get(1).getString("limits.state"))
                .isEqualTo("stale");
    }

    @Test
    void lostGateway_ofAPeer_isSeenHere() {
        introduce();
        tickBoth();
        b.gateway = new LivePart(ActivityState.BAD, FakeSidecar.START_MILLIS, "Connection refused");

        Config now = tickBoth();

        assertThat(kinds(now)).containsExactly("gateway-down");
        assertThat(now.getConfigList("problems").get(0).getString("message")).isEqualTo("Connection refused");
        b.gateway = new LivePart(ActivityState.GOOD, FakeSidecar.START_MILLIS, "");
        now = tickBoth();
        assertThat(kinds(now)).containsExactly("gateway-up");
        assertThat(now.getConfigList("problems")).isEmpty();
    }

    @Test
    void newLimits_areAnEvent_andDifferentOnesAProblemAfterAWhile() {
        introduce();
        tickBoth();
        a.fingerprint = 6;
        assertThat(kinds(tickBoth())).containsExactly("limits-changed");
        Config now = tickBoth();
        for (int i = 0; i < 5; i++) {
            now = tickBoth();
        }
        assertThat(now.getConfigList("problems").get(0).getString("kind")).isEqualTo("limits-differ");
        assertThat(now.getConfigList("sidecars").get(1).getBoolean("limits.is_same"))
                .isFalse();

        b.fingerprint = 6;
        a.peers.clear();
        introduce();
        assertThat(kinds(tickBoth())).containsExactly("limits-changed", "limits-same");
    }

    @Test
    void history_hasASeriesOfEachSidecarAndLimit_whichEndsNow() {
        introduce();
        for (int i = 0; i < 3; i++) {
            tickBoth();
        }
        a.requests("alice", 14);
        tickBoth();

        Config history = parsed(a.view.history());

        assertThat(history.getDouble("time")).isEqualTo(FakeSidecar.START_MILLIS / 1e3 + 4);
        Config self = history.getConfigList("sidecars").get(0);
        assertThat(self.getIntList("admitted")).containsExactly(0, 0, 0, 10);
        assertThat(self.getIntList("rejected")).containsExactly(0, 0, 0, 4);
        assertThat(self.getList("failed")).isEmpty();
        Config limit = history.getConfigList("limits").get(0);
        assertThat(limit.getString("key")).isEqualTo(ALICE);
        assertThat(limit.getIntList("rejected")).containsExactly(4);
        assertThat(limit.getIntList("amount")).containsExactly(10);
        assertThat(history.getConfigList("events").get(0).getString("kind")).isEqualTo("rejecting");
        assertThat(a.view.history()).isSameAs(a.view.history());
    }

    @Test
    void limitThatOnlyAPeerKnows_hasItsName() {
        introduce();
        Config now = tickBoth();
        for (int i = 0; i < 3; i++) {
            b.requests("carol", 900);
            now = tickBoth();
        }

        Config carol = row(now, "user/carol/read-ops");
        assertThat(carol.getString("subject")).isEqualTo("carol");
        assertThat(carol.getInt("limit_amount")).isEqualTo(1_000);
    }

    @Test
    void accessKey_isNeverShown() {
        introduce();
        for (int i = 0; i < 3; i++) {
            a.requests("AKIDSECRET", 1_200);
            b.requests("AKIDOTHER", 1_200);
            String event = a.tick();
            b.tick();
            b.reportTo(a);
            assertThat(event).doesNotContain("AKID");
        }
        assertThat(a.view.history()).contains("user/key:0011aabb/read-ops").doesNotContain("AKID");
    }

    @Test
    void manyLimits_areBounded_andTheBusiestAreShown() {
        a.tick();
        for (int i = 0; i < 2_000; i++) {
            a.requests("user" + i, 1 + i % 7);
        }
        a.requests("alice", 11);

        Config now = parsed(a.tick());

        assertThat(now.getConfigList("limits.rows")).hasSize(LimitTracks.ROWS_MAX);
        assertThat(now.getConfigList("limits.rows").get(0).getString("key")).isEqualTo(ALICE);
        assertThat(now.getInt("limits.in_use")).isEqualTo(2_001);
        assertThat(now.getInt("limits.more")).isEqualTo(2_001 - LimitTracks.ROWS_MAX);
        assertThat(now.getDouble("limits.more_used_ratio")).isEqualTo(0.007);
        assertThat(a.board.poll().orElseThrow().limits()).hasSize(LimitScan.KEPT_MAX);
    }

    @Test
    void subject_hasItsClientsAndRejections() {
        a.counters.times.requests();
        IpAddress client = IpAddress.parse("192.0.2.17").orElseThrow();
        LoopNotes.rejected(a.counters, "alice", client, 3);
        a.requests("alice", 12);
        a.tick();

        Config subject = ConfigFactory.parseString(new String(
                JsonCodec.write(a.view.subject(Scope.USER, "alice", a.nowNanos, FakeSidecar.START_MILLIS)),
                StandardCharsets.UTF_8));

        assertThat(subject.getConfigList("rows").get(0).getString("key")).isEqualTo(ALICE);
        Config seen = subject.getConfigList("clients").get(0);
        assertThat(seen.getString("address")).isEqualTo("192.0.2.17");
        assertThat(seen.getInt("rejected")).isEqualTo(3);
        assertThat(subject.getConfigList("rejections")).hasSize(3);
        assertThat(subject.getConfigList("rejections").get(0).getString("key")).isEqualTo(ALICE);
    }

    @Test
    void twoPeersOfOneName_areBothShown_unlessOneTakesTheOthersPlace() {
        FakeSidecar twin = new FakeSidecar("b", 0x3fa1_0000_0000_0000L);
        b.liveNanos = 100 * FakeSidecar.SECOND;
        twin.liveNanos = 50 * FakeSidecar.SECOND;
        a.peers.addAll(List.of(twin.status(PeerState.LIVE, 1), b.status(PeerState.LIVE, 2)));
        assertThat(nodes(parsed(a.tick()))).containsExactly("a", "b");

        twin.liveNanos = 61 * FakeSidecar.SECOND;
        a.peers.set(0, twin.status(PeerState.LIVE, 3));
        Config now = parsed(a.tick());

        assertThat(nodes(now)).containsExactly("a", "b", "b#3fa1");
        assertThat(now.getConfigList("sidecars").get(1).getString("incarnation"))
                .isEqualTo("0000000000000002");
    }

    private static List<String> nodes(Config now) {
        return now.getConfigList("sidecars").stream()
                .map(sidecar -> sidecar.getString("node"))
                .toList();
    }

    @Test
    void limitThatRejectsHere_isShown_howeverManyOthersAreFollowed() {
        introduce();
        for (int i = 0; i < 4; i++) {
            for (int user = 0; user < 48; user++) {
                a.requests("a" + user, 20);
                b.requests("b" + user, 20);
            }
            tickBoth();
        }
        a.requests("alice", 12);
        for (int user = 0; user < 48; user++) {
            a.requests("a" + user, 20);
            b.requests("b" + user, 20);
        }

        Config now = tickBoth();

        assertThat(now.getConfigList("limits.rows").get(0).getString("key")).isEqualTo(ALICE);
    }

    @Test
    void nameThatIsNotThatOfTheId_isNotBelieved() {
        introduce();
        tickBoth();
        for (int i = 0; i < 3; i++) {
            b.tick();
            a.board.receive(b.incarnation, reporting("victim", "alice", 100L * i, List.of()), a.nowNanos);
            Config now = parsed(a.tick());
            assertThat(now.getConfigList("limits.rows"))
                    .noneMatch(row -> row.getString("subject").equals("alice"))
                    .anyMatch(row -> row.getString("subject").startsWith("id:"));
        }
    }

    @Test
    void countsBeyondAllBounds_spoilNoSum() {
        introduce();
        tickBoth();
        b.tick();
        a.board.receive(b.incarnation, reporting("victim", "victim", 0, List.of(0L, 0L)), a.nowNanos);
        a.tick();
        List<Long> most = List.of(Long.MAX_VALUE, Long.MAX_VALUE);
        a.board.receive(b.incarnation, reporting("victim", "victim", Long.MAX_VALUE, most), a.nowNanos);

        Config now = parsed(a.tick());

        assertThat(now.getDouble("total.latency_seconds")).isBetween(0.0, 0.001);
        assertThat(row(now, "user/victim/read-ops").getLong("waiting")).isPositive();
    }

    /** What a peer reports that gives a limit the name of another user. */
    private static NodeActivity reporting(String user, String name, long rejected, List<Long> durations) {
        NodeActivity none = ReceivedActivity.NONE.activity();
        LimitActivity limit = new LimitActivity(
                new SubjectIds("c").of(Scope.USER, user),
                Scope.USER,
                Dimension.READ_OPS,
                new TextSeal("c").seal(name, LimitActivity.NAME_BYTES_MAX),
                100,
                rejected,
                0,
                Long.MAX_VALUE);
        return new NodeActivity(
                none.requests(),
                0,
                0,
                0,
                0,
                none.peers(),
                none.gateway(),
                none.limitsFile(),
                durations,
                List.of(),
                List.of(),
                List.of(limit));
    }
}
