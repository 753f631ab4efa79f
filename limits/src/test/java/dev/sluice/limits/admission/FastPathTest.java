package dev.sluice.limits.admission;

import static dev.sluice.limits.admission.OneOfTwoNodes.SECOND;
import static dev.sluice.limits.admission.OneOfTwoNodes.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.usage.UsageRegistry;
import org.junit.jupiter.api.Test;

/** While nobody is near a limit, requests don't charge what others are known of: the next report does. */
class FastPathTest {
    private static final Identity ALICE = Identity.ofUser("alice");
    /** 10 % of the limit in the first second. */
    private static final int ADMITTED_BEFORE = 50;

    private final OneOfTwoNodes node = new OneOfTwoNodes(1_000);
    private final long now = restedFor(10);

    /** Five requests a tick, and a tick that visits idle limits is the last. */
    private long restedFor(int ticks) {
        long tickNanos = START;
        for (int tick = 1; tick <= ticks; tick++) {
            tickNanos = START + tick * SECOND / 10;
            node.other.received(tickNanos);
            ask(5, tickNanos);
            measure(tickNanos);
        }
        for (int tick = 0; tick < UsageRegistry.VISITS_APART_MAX; tick++) {
            measure(tickNanos);
        }
        return tickNanos + SECOND / 100;
    }

    private void measure(long tickNanos) {
        node.admission.measure(usage -> {}, tickNanos);
    }

    private void ask(int requests, long nanos) {
        for (int i = 0; i < requests; i++) {
            assertThat(node.admits(nanos)).isTrue();
        }
    }

    private long charged() {
        return node.admission.charged(ALICE, Dimension.READ_OPS);
    }

    @Test
    void littleRemoteUse_isChargedAtTheNextReport() {
        node.applyRemote(10, 50, now);

        ask(1, now);

        assertThat(charged()).isEqualTo(ADMITTED_BEFORE + 1);
        for (int tick = 0; tick < UsageRegistry.VISITS_APART_MAX; tick++) {
            measure(now + SECOND / 10);
        }
        assertThat(charged()).isEqualTo(ADMITTED_BEFORE + 1 + 10);
    }

    @Test
    void remoteDemand_isChargedByTheNextRequest_whenItIsHigh() {
        node.applyRemote(10, 100, now);

        ask(1, now);

        assertThat(charged()).isEqualTo(ADMITTED_BEFORE + 1 + 10);
    }

    @Test
    void remoteUse_isChargedByTheNextRequest_whenItIsHigh() {
        node.applyRemote(130, 50, now);

        ask(1, now);

        assertThat(charged()).isEqualTo(ADMITTED_BEFORE + 1 + 130);
    }

    @Test
    void moreThanAHandfulOfRequests_chargeWhatIsPending() {
        node.applyRemote(10, 50, now);

        ask(16, now);
        assertThat(charged()).isEqualTo(ADMITTED_BEFORE + 16);
        ask(1, now);

        assertThat(charged()).isEqualTo(ADMITTED_BEFORE + 17 + 10);
    }

    @Test
    void requests_getOnlyWhatIsLeft_whenOthersCameNearTheLimit() {
        node.applyRemote(990, 2_000, now);

        int admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            admitted += node.admits(now) ? 1 : 0;
        }

        // Of a window that is half a sync delay late, as decision 20 has it.
        assertThat(ADMITTED_BEFORE + 990 + admitted).isLessThan(1_110);
    }
}
