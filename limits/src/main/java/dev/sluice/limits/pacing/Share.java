package dev.sluice.limits.pacing;

/**
 * What one node may use of a limit, from the demands of all.
 *
 * @param limitPerSecond of the nodes that reach each other
 * @param levelPerSecond the max-min level: no node gets more; the whole limit while all demands fit
 * @param perSecond this node's share; the shares of all nodes add up to the limit
 * @param chance how much of this node's demand the level lets through, 0 to 1
 * @param chanceOfAll how much of all demand the limit lets through, 0 to 1
 */
public record Share(double limitPerSecond, double levelPerSecond, double perSecond, double chance, double chanceOfAll) {
    /**
     * Divides the limit. While all demands fit, what is left goes to where the load was lately. Demand that the others don't
     * know is met out of that, not in addition: all nodes together would else have more than the limit.
     *
     * @param known what the others know of this node's demand
     * @param demand this node's; no less than that
     * @param others the demands of the other nodes
     * @param part this node's part of what no node demands
     */
    public static Share of(double limitPerSecond, double known, double demand, RemoteDemands others, double part) {
        double all = demand + others.sum();
        if (all <= limitPerSecond) {
            double left = limitPerSecond - known - others.sum();
            return new Share(limitPerSecond, limitPerSecond, Math.max(demand, known + left * part), 1, 1);
        }
        double level = others.level(demand, limitPerSecond);
        double chance = demand > level ? level / demand : 1;
        return new Share(limitPerSecond, level, Math.min(demand, level), chance, limitPerSecond / all);
    }

    /** This node's part of the limit, 0 to 1. */
    public double weight() {
        return perSecond / limitPerSecond;
    }
}
