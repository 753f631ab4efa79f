package dev.sluice.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.UnprovenRequest;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.proof.RequestClaim.Standing;
import org.junit.jupiter.api.Test;

/** When a request counts as in flight unproven. */
class RequestClaimTest {
    private static final long PAIR = 7;
    private static final UnprovenRequest READ =
            new UnprovenRequest(Identity.ofUser("alice"), "", OperationClass.READ, "192.0.2.1");

    private final UnprovenInFlight counts = new UnprovenInFlight();
    private final RequestClaim claim = new RequestClaim(any -> IpAddress.UNSPECIFIED);

    @Test
    void requestThatWaits_isInFlightOnceItIsForwarded() {
        claim.begin();
        claim.stand(Standing.UNPROVEN, PAIR, true);
        claim.awaitResponse(READ, 9, counts);
        assertThat(counts.ofPair(PAIR)).isZero();

        claim.onForward();
        claim.onForward();
        assertThat(counts.ofPair(PAIR)).isEqualTo(1);

        claim.end();
        claim.end();
        assertThat(counts.ofPair(PAIR)).isZero();
    }

    @Test
    void requestThatLeavesWhileItWaits_wasNeverInFlight() {
        claim.begin();
        claim.stand(Standing.UNPROVEN, PAIR, true);
        claim.awaitResponse(READ, 9, counts);
        claim.end();
        claim.onForward();

        assertThat(counts.ofPair(PAIR)).isZero();
    }
}
