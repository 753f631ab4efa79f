package dev.sluice.limits.admission;

/**
 * What others haven't been told of one limit on this node, and whether it is worth telling: so much that it would change what
 * they do. Belongs to who holds the {@link Pacer}'s turn.
 */
final class ReportPriority {
    /** Of a node's even share of the limit. */
    private static final double WORTH = 0.02;

    /** Likewise, while the whole cluster has used less than {@link #FAR} of the limit: it changes nothing for longer. */
    private static final double WORTH_WHILE_FAR = 0.08;

    /** Of a limit: while less is used, nobody is near it. */
    static final double FAR = 0.125;

    private long admittedTold;
    private double demandTold;

    /** Whether so much of a limit is used that nobody is near it. */
    static boolean isFar(double used, double capacity) {
        return used < FAR * capacity;
    }

    /**
     * How much is unsaid, in parts that are each worth telling; 0: too little. What is more counts as said from here on.
     *
     * @param admitted since the node began
     * @param demand a second
     * @param evenShare of the limit, a second
     */
    double pressing(long admitted, double demand, double evenShare, boolean far) {
        double worth = (far ? WORTH_WHILE_FAR : WORTH) * evenShare;
        double unsaid = Math.max((double) (admitted - admittedTold), Math.abs(demand - demandTold));
        if (unsaid < worth || unsaid == 0) {
            return 0;
        }
        admittedTold = admitted;
        demandTold = demand;
        return unsaid / worth;
    }
}
