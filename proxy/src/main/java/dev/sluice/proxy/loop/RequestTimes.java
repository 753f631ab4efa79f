package dev.sluice.proxy.loop;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * How long requests took, all event loops together. Three times of each: {@code request} from its head to the end of its
 * response, {@code upstream} from the last of it that was sent to the gateway to the first of the response, and {@code added}
 * what this sidecar did before and behind that. Thread-safe.
 */
public final class RequestTimes {
    /** A few for each processor, made at the start. */
    private final List<LoopTimes> loops = new CopyOnWriteArrayList<>();

    /** The times of one more event loop. */
    LoopTimes addLoop() {
        LoopTimes times = new LoopTimes();
        loops.add(times);
        return times;
    }

    /** Of all requests. */
    public DurationSums requests() {
        return smallRequests().plus(sums(loop -> loop.otherRequests));
    }

    /** Of all requests, at the gateway. */
    public DurationSums atUpstream() {
        return smallAtUpstream().plus(sums(loop -> loop.otherAtUpstream));
    }

    /** Of all requests, what this sidecar added. */
    public DurationSums added() {
        return smallAdded().plus(sums(loop -> loop.otherAdded));
    }

    /** Of requests that took one read in each direction. */
    public DurationSums smallRequests() {
        return sums(loop -> loop.smallRequests);
    }

    /** Likewise, at the gateway. */
    public DurationSums smallAtUpstream() {
        return sums(loop -> loop.smallAtUpstream);
    }

    /** Likewise, what this sidecar added. */
    public DurationSums smallAdded() {
        return sums(loop -> loop.smallAdded);
    }

    private DurationSums sums(Function<LoopTimes, DurationCounts> counts) {
        return DurationSums.of(loops.stream().map(counts).toList());
    }

    /** How many responses the gateway gave, by their status; those that never came are left out. */
    public Map<Integer, Long> responses() {
        Map<Integer, Long> counts = new TreeMap<>();
        for (int status = LoopTimes.STATUS_MIN; status <= LoopTimes.STATUS_MAX; status++) {
            long count = 0;
            for (LoopTimes loop : loops) {
                count += loop.responses(status);
            }
            if (count > 0) {
                counts.put(status, count);
            }
        }
        return counts;
    }
}
