package dev.sluice.limits.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final Offset<Double> EXACTLY = Offset.offset(1e-9);

    private static PacingParameters tuning(long perSecond, long intervalMillis) {
        return PacingParameters.of(Limit.perSecond(perSecond, MeterAlgorithm.WINDOW), intervalMillis * 1_000_000);
    }

    @Test
    void tolerance_isHalfASyncDelay_andLessWhereReportsAreRare() {
        Share half = new Share(1_000, 500, 500, 1, 1);

        assertThat(Allowance.tolerance(tuning(1_000, 100), half, ReleaseMode.STEADY))
                .isCloseTo(0.75 * 55, EXACTLY);
        assertThat(Allowance.tolerance(tuning(1_000, 200), half, ReleaseMode.STEADY))
                .isCloseTo(0.75 * 75, EXACTLY);
    }

    @Test
    void usedUpLimit_letsSaveAQuarterOfASyncDelay_orAToken() {
        PacingParameters tuning = tuning(1_000, 100);

        assertThat(Allowance.tokens(tuning, new Share(1_000, 500, 500, 1, 1), ReleaseMode.STEADY, 0, 1, 2_000))
                .isCloseTo(0.5 * 27.5, EXACTLY);
        assertThat(Allowance.tokens(tuning, new Share(1_000, 10, 10, 1, 1), ReleaseMode.STEADY, 0, 1, 2_000))
                .isCloseTo(1, EXACTLY);
    }

    @Test
    void roomThatIsLeft_isSharedOut_andChanceHasItsPart() {
        PacingParameters tuning = tuning(1_000, 100);
        Share small = new Share(1_000, 1_000, 20, 1, 1);

        assertThat(Allowance.tokens(tuning, small, ReleaseMode.STEADY, 900, 1.8, 10))
                .isCloseTo(0.02 * 900, EXACTLY);
        assertThat(Allowance.tokens(tuning, small, ReleaseMode.STEADY, 100, 1.8, 10))
                .isCloseTo(1 + 10 * 0.11 + 3.5, EXACTLY);
    }

    @Test
    void tokensOneByOne_areSavedUpToTwo_whateverRoomIsLeft() {
        PacingParameters tuning = tuning(300, 100);
        Share few = new Share(300, 4.7, 4.7, 0.5, 0.5);

        assertThat(Allowance.tokens(tuning, few, ReleaseMode.ONE_BY_ONE, 300, 1.8, 10))
                .isCloseTo(1.7, EXACTLY);
    }

    @Test
    void unsteeredNode_isNotShutOutByTheReportsOfOthers() {
        PacingParameters tuning = tuning(1_000, 100);
        Share modest = new Share(1_000, 700, 300, 1, 0.1);

        assertThat(Allowance.tolerance(tuning, modest, ReleaseMode.UNSTEERED)).isCloseTo(110, EXACTLY);
        assertThat(Allowance.tokens(tuning, modest, ReleaseMode.UNSTEERED, 0, 0, 300))
                .isCloseTo(1 + 300 * 0.11, EXACTLY);
        assertThat(Allowance.ratePerSecond(tuning, modest, ReleaseMode.UNSTEERED))
                .isCloseTo(1.8 * 300, EXACTLY);
    }

    @Test
    void unsteeredNode_hasAnOperationBetweenTwoReports_howeverFewAreExpected() {
        PacingParameters tuning = tuning(1_000, 100);

        assertThat(Allowance.ratePerSecond(tuning, new Share(1_000, 700, 1, 1, 0.1), ReleaseMode.UNSTEERED))
                .isCloseTo(1 / 0.11, EXACTLY);
    }

    @Test
    void bound_isWiderOnlyWithAnUnsteeredNode() {
        PacingParameters tuning = tuning(1_000, 100);
        Share held = new Share(1_000, 500, 500, 1, 0.1);

        double allHeld = Allowance.excessBound(tuning, held, 2, 0, ReleaseMode.STEADY, false, 0.12);
        double oneFree = Allowance.excessBound(tuning, held, 2, 0, ReleaseMode.STEADY, true, 0.12);

        assertThat(allHeld).isCloseTo(55 + 27.5 + 2 + 1.8 * 1_000 * 0.12, EXACTLY);
        assertThat(oneFree).isCloseTo(110 + 27.5 + 2 + 110 + (1.8 * 1_000 + 2 / 0.11) * 0.12, EXACTLY);
    }

    @Test
    void lastOperations_areGivenOutExactly_byAnOrderThatAllKnow() {
        for (int nodes = 1; nodes <= 16; nodes++) {
            for (int room = 0; room < 4 * nodes; room++) {
                double given = 0;
                for (int before = 0; before < nodes; before++) {
                    given += Allowance.ofFew(room + 0.5, 0, nodes, before);
                }
                assertThat(given).as("%d for %d nodes", room, nodes).isEqualTo(room);
            }
        }
    }

    @Test
    void order_isTheSameOnAllNodes_andChangesWithEachRound() {
        long[] ids = {11, 22, 33, 44};
        boolean[] hasBeenFirst = new boolean[ids.length];
        for (long round = 0; round < 50; round++) {
            boolean[] taken = new boolean[ids.length];
            for (int own = 0; own < ids.length; own++) {
                RemoteDemands others = new RemoteDemands();
                for (int i = 0; i < ids.length; i++) {
                    if (i != own) {
                        others.put(new RemoteNode(ids[i]), 1);
                    }
                }
                int before = others.demandingBefore(ids[own], round);
                assertThat(taken[before])
                        .as("round %d, place %d", round, before)
                        .isFalse();
                taken[before] = true;
                hasBeenFirst[own] |= before == 0;
            }
        }
        assertThat(hasBeenFirst).containsOnly(true);
    }

    @Test
    void partOfTheRoom_keepsAMargin_onlyWhileItIsDemanded() {
        Share half = new Share(1_000, 500, 500, 1, 1);

        assertThat(Allowance.ofRoom(half, 1_000, 0, 0)).isEqualTo(500);
        assertThat(Allowance.ofRoom(half, 1_000, 20, 0)).isEqualTo(480);
        assertThat(Allowance.ofRoom(half, 1_000, 0, 1)).isEqualTo(450);
        assertThat(Allowance.ofRoom(half, -3, 0, 0)).isZero();
    }

    @Test
    void boundOfTheRoom_isOneOperation_orOneForEachOtherNode() {
        assertThat(Allowance.excessOfRoom(1, true)).isZero();
        assertThat(Allowance.excessOfRoom(16, false)).isEqualTo(1);
        assertThat(Allowance.excessOfRoom(16, true)).isEqualTo(15);
    }

    @Test
    void smallLimit_letsSaveAFewTokens_whereEachOperationIsReported() {
        PacingParameters each =
                PacingParameters.of(Limit.perSecond(100, MeterAlgorithm.WINDOW), 100_000_000, 5_000_000);
        PacingParameters rarely = tuning(100, 100);
        Share few = new Share(100, 6, 6, 0.5, 0.5);

        assertThat(Allowance.tokens(each, few, ReleaseMode.STEADY, 0, 1, 10)).isEqualTo(3);
        assertThat(Allowance.tokens(rarely, few, ReleaseMode.STEADY, 0, 1, 10)).isEqualTo(1);
        assertThat(Allowance.excessBound(each, few, 16, 0, ReleaseMode.STEADY, false, 0.12))
                .isCloseTo(
                        Allowance.excessBound(rarely, few, 16, 0, ReleaseMode.STEADY, false, 0.12) + 16 * 2, EXACTLY);
    }

    @Test
    void unsteeredNode_goesLessFarAboveASmallLimit_whereEachOperationIsReported() {
        PacingParameters each =
                PacingParameters.of(Limit.perSecond(100, MeterAlgorithm.WINDOW), 100_000_000, 5_000_000);
        Share modest = new Share(100, 70, 30, 1, 0.1);

        assertThat(Allowance.tolerance(each, modest, ReleaseMode.UNSTEERED)).isCloseTo(5.5, EXACTLY);
        assertThat(Allowance.tolerance(tuning(100, 100), modest, ReleaseMode.UNSTEERED))
                .isCloseTo(11, EXACTLY);
    }
}
