package dev.sluice.proxy.quota.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import dev.sluice.proxy.quota.http.QuotaHeaders;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which nodes a call is tried at, and when it is not tried again. */
class RoleForwarderTest {
    private static final Set<QuotaRole> RATE = Set.of(QuotaRole.RATE);
    private static final Set<QuotaRole> ALLOC = Set.of(QuotaRole.ALLOC);

    private final List<RoleNode> live = new ArrayList<>();
    private final Map<HostPort, ForwardFailure> failures = new HashMap<>();
    private final List<String> tried = new ArrayList<>();
    private long nowNanos = 5_000;
    private final NodeChoice choice = new NodeChoice(() -> live);
    private final RoleForwarder forwarder = new RoleForwarder(choice, this::send, () -> nowNanos);

    private CompletableFuture<QuotaResponse> send(RoleNode to, ForwardRequest request, long timeoutNanos) {
        tried.add(to.name());
        ForwardFailure failure = failures.get(to.address());
        return failure == null
                ? CompletableFuture.completedFuture(
                        QuotaResponse.json(200, to.name().getBytes(StandardCharsets.UTF_8)))
                : CompletableFuture.failedFuture(failure);
    }

    private HostPort node(String name, QuotaRole... roles) {
        HostPort address = new HostPort(name, 1);
        live.add(new RoleNode(name, address, Set.of(roles)));
        return address;
    }

    private static ForwardRequest call(boolean isRepeatable) {
        return new ForwardRequest("POST", "/api/v1/x", QuotaHeaders.NONE, new byte[0], isRepeatable, "");
    }

    private QuotaResponse forward(Set<QuotaRole> roles, ForwardRequest call) {
        return response(forwarder.forward(roles, call));
    }

    private static QuotaResponse response(QuotaReply reply) {
        return reply instanceof QuotaResponse now
                ? now
                : ((QuotaReply.Later) reply).response().toCompletableFuture().join();
    }

    private static ForwardFailure failure(boolean wasSent) {
        return new ForwardFailure(wasSent, "the connection ended");
    }

    @Test
    void callsOfRates_goRoundAllNodesWithTheRole() {
        node("b", QuotaRole.RATE);
        node("a", QuotaRole.RATE, QuotaRole.PROXY);
        node("c", QuotaRole.ALLOC);

        for (int i = 0; i < 4; i++) {
            forward(RATE, call(true));
        }

        assertThat(tried).containsExactly("a", "b", "a", "b");
    }

    @Test
    void callsOfAllocations_goToTheFirstNameOnly() {
        HostPort first = node("a", QuotaRole.ALLOC);
        node("b", QuotaRole.ALLOC);
        failures.put(first, failure(false));

        assertThat(forward(ALLOC, call(true)).status()).isEqualTo(503);
        assertThat(tried).containsOnly("a");
    }

    @Test
    void nodeThatWasNotReached_isFollowedByAnother_andComesLastForASecond() {
        HostPort gone = node("a", QuotaRole.RATE);
        node("b", QuotaRole.RATE);
        failures.put(gone, failure(false));

        assertThat(forward(RATE, call(false)).toString()).contains("b");
        assertThat(tried).containsExactly("a", "b");
        forward(RATE, call(false));
        forward(RATE, call(false));
        assertThat(tried).containsExactly("a", "b", "b", "b");
        nowNanos += NodeChoice.SUSPECT_NANOS;
        forward(RATE, call(false));
        forward(RATE, call(false));
        assertThat(tried.subList(4, tried.size())).contains("a");
    }

    @Test
    void callThatMayHaveBeenMade_isNeverRepeated_unlessItMayBe() {
        HostPort failing = node("a", QuotaRole.RATE);
        node("b", QuotaRole.RATE);
        failures.put(failing, failure(true));

        QuotaResponse unknown = forward(RATE, call(false));
        assertThat(tried).containsExactly("a");
        assertThat(unknown.toString()).contains("503", "\"status\":1005", "it may have been made");

        tried.clear();
        forward(RATE, call(true));
        forward(RATE, call(true));
        assertThat(tried).doesNotContainSequence("a", "a");
        assertThat(tried).contains("b");
    }

    @Test
    void allocation_withoutKey_isSentOnce_andWithKeyOnceMore() {
        failures.put(node("a", QuotaRole.ALLOC), failure(true));

        forward(ALLOC, call(false));
        assertThat(tried).hasSize(1);

        tried.clear();
        forward(ALLOC, call(true));
        assertThat(tried).hasSize(2);
    }

    @Test
    void nobodyWithTheRole_isUnavailable() {
        node("a", QuotaRole.PROXY);

        QuotaResponse response = forward(RATE, call(true));

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.toString()).contains("Retry-After", "\"status\":1005", "no live node has role rate");
    }

    @Test
    void severalRoles_needOneNodeWithAllOfThem() {
        node("a", QuotaRole.RATE);
        node("b", QuotaRole.ALLOC);
        assertThat(forward(QuotaRole.ALL, call(true)).status()).isEqualTo(503);

        node("c", QuotaRole.RATE, QuotaRole.ALLOC, QuotaRole.PROXY);
        assertThat(forward(QuotaRole.ALL, call(true)).toString()).contains("c");
    }

    @Test
    void forwardedCall_isNotForwarded() {
        node("a", QuotaRole.RATE);
        QuotaHeaders forwarded = new QuotaHeaders("", "", "", "", "", "", true);

        QuotaResponse response =
                forward(RATE, new ForwardRequest("POST", "/api/v1/allow", forwarded, new byte[0], true, ""));

        assertThat(response.status()).isEqualTo(503);
        assertThat(tried).isEmpty();
    }

    @Test
    void changeForAll_isMadeEverywhere_andEndsAtTheFirstError() {
        node("a", QuotaRole.RATE);
        HostPort failing = node("b", QuotaRole.RATE);
        node("c", QuotaRole.RATE);

        assertThat(response(forwarder.forwardToAll(QuotaRole.RATE, call(false))).status())
                .isEqualTo(200);
        assertThat(tried).containsExactly("a", "b", "c");

        tried.clear();
        failures.put(failing, failure(true));
        assertThat(response(forwarder.forwardToAll(QuotaRole.RATE, call(false))).status())
                .isEqualTo(503);
        assertThat(tried).containsExactly("a", "b");
    }

    @Test
    void callsWithAKey_goToOneNode_andOtherKeysToOthers() {
        for (String name : List.of("a", "b", "c")) {
            node(name, QuotaRole.RATE);
        }
        Set<String> first = new TreeSet<>();
        for (int i = 0; i < 60; i++) {
            ForwardRequest call = call(true).keyed("key " + i);
            String chosen = forward(RATE, call).toString();

            assertThat(forward(RATE, call).toString()).isEqualTo(chosen);
            first.add(chosen);
        }
        assertThat(first).hasSize(3);
    }

    @Test
    void callWithAKey_goesToAnotherNode_whereItsOwnIsGone() {
        for (String name : List.of("a", "b", "c")) {
            failures.put(node(name, QuotaRole.RATE), failure(false));
        }
        ForwardRequest call = call(true).keyed("key");
        forward(RATE, call);
        List<String> order = List.copyOf(tried);
        tried.clear();
        nowNanos += 2 * NodeChoice.SUSPECT_NANOS;

        failures.remove(new HostPort(order.get(1), 1));

        assertThat(forward(RATE, call).toString()).contains(order.get(1));
        assertThat(tried).isEqualTo(order.subList(0, 2));
    }
}
