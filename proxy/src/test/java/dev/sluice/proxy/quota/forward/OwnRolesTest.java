package dev.sluice.proxy.quota.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.QuotaRole;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OwnRolesTest {
    private static final long START = 7_000;

    private final Set<String> others = new TreeSet<>();
    private boolean areAwaited;
    private long nowNanos = START;

    private OwnRoles roles(QuotaRole... roles) {
        return new OwnRoles("node-b", Set.of(roles), new Known(), START);
    }

    private final class Known implements OwnRoles.OtherKeepers {
        @Override
        public Set<String> names() {
            return others;
        }

        @Override
        public boolean areAwaited() {
            return areAwaited;
        }
    }

    private boolean keeps(OwnRoles own) {
        nowNanos += OwnRoles.READ_NANOS;
        return own.has(QuotaRole.ALLOC, nowNanos);
    }

    @Test
    void firstNameOfThoseThatAreLive_keepsTheAllocations() {
        OwnRoles own = roles(QuotaRole.ALLOC);
        assertThat(keeps(own)).isTrue();

        others.add("node-c");
        assertThat(keeps(own)).isTrue();
        assertThat(own.keeper()).isEqualTo("node-b");

        others.add("node-a");
        assertThat(keeps(own)).isFalse();
        assertThat(own.keeper()).isEqualTo("node-a");
        assertThat(own.otherKeepers()).containsExactly("node-a", "node-c");

        others.remove("node-a");
        assertThat(keeps(own)).isTrue();
    }

    @Test
    void nodeWithoutTheRole_keepsNothing_butDecidesRates() {
        OwnRoles own = roles(QuotaRole.RATE);

        assertThat(keeps(own)).isFalse();
        assertThat(own.keeper()).isEmpty();
        assertThat(own.has(QuotaRole.RATE, nowNanos)).isTrue();
        assertThat(own.hasAll(Set.of(QuotaRole.RATE, QuotaRole.ALLOC), nowNanos))
                .isFalse();
    }

    @Test
    void nodeThatHasJustStarted_waitsForOthers_andNotForLong() {
        areAwaited = true;
        OwnRoles own = roles(QuotaRole.ALLOC, QuotaRole.RATE);

        assertThat(keeps(own)).isFalse();
        assertThat(own.isAwaitingOthers(nowNanos)).isTrue();
        assertThat(own.has(QuotaRole.RATE, nowNanos)).isTrue();

        nowNanos = START + OwnRoles.START_NANOS;
        assertThat(keeps(own)).isTrue();
        assertThat(own.isAwaitingOthers(nowNanos)).isFalse();
    }

    @Test
    void nodeThatKnowsOthers_waitsNoMore() {
        areAwaited = true;
        OwnRoles own = roles(QuotaRole.ALLOC);
        assertThat(keeps(own)).isFalse();

        areAwaited = false;
        others.add("node-c");

        assertThat(keeps(own)).isTrue();
    }
}
