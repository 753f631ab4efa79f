package dev.sluice.limits.sharing;

import dev.sluice.limits.pacing.TransferChunks;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The order in which transfers move bytes under one paced byte limit on this node. {@link PacedTransfers} lets bytes flow in.
 *
 * <p>A transfer <em>reserves</em> a chunk: it takes the next place in a line that is counted in bytes. It may move the chunk
 * once the line has been <em>served</em> beyond that place, and then goes to the end of the line for its next chunk. So
 * transfers alternate, on whatever event loops they are, and nothing keeps a list of them.
 *
 * <p>A place stays the same when other nodes come to demand their part, and when small bodies have to be paid. So the line
 * is kept as short as is served in {@value #ROUND_SECONDS} s even then, at half of an even share. Each transfer reserves
 * half of what is left of that, which makes all chunks equal within a few rounds.
 *
 * <p>Bodies of up to {@link #freeBytes}, and all else that nothing could hold, are <em>deferred charges</em>. What flows in
 * pays those first; while transfers wait, half of it goes to them: neither small requests nor transfers can starve the
 * other. Requests are refused while the deferred charges, and what the requests just admitted are likely to move, exceed
 * {@value #DEFERRED_SECONDS} s of this node's share. A gateway that takes so long to respond still gets as many requests as
 * the limit has room for, and no transfer waits longer for the charges of others.
 *
 * <p>Thread-safe. {@link #flowIn} belongs to the holder of the lock of {@link PacedTransfers}.
 */
public final class TransferQueue {
    private static final double ROUND_SECONDS = 0.2;
    /** Of what flows in a second: each chunk costs a read. Many transfers make the line longer by that. */
    private static final int CHUNKS_PER_SECOND_MAX = 2048;

    private static final int FREE_BODIES = 4;
    private static final double DEFERRED_SECONDS = 0.25;
    private static final double MEAN_WEIGHT = 1.0 / 16;
    private static final long POLL_NANOS_MIN = 1_000_000L;
    private static final long POLL_NANOS_MAX = 50_000_000L;

    private final AtomicLong reserved = new AtomicLong();
    /** At first as much as may be saved up. */
    private volatile double served = Double.MAX_VALUE;

    /** What was reserved and not moved: the line is served so much further. */
    private final AtomicLong refunded = new AtomicLong();

    private final AtomicLong deferredEver = new AtomicLong();
    private volatile double paidEver;
    /** Transfers that have a place in the line. */
    private final AtomicInteger waiting = new AtomicInteger();
    /** Requests that were admitted, and of whose body nothing has come yet. */
    private final AtomicInteger expected = new AtomicInteger();

    private volatile boolean hasWaited;
    private volatile double meanBytes = TransferChunks.CHUNK_BYTES_MIN;
    /** What flows in for transfers. */
    private volatile double perSecond;
    /** What flows in for transfers when all other nodes want their part and small bodies are paid. */
    private volatile double surePerSecond;

    private volatile double deferredMax;
    private volatile int quantum = TransferChunks.CHUNK_BYTES_MIN;

    // ---- for transfers ----

    /** How many bytes a transfer moves at its start without being held. */
    public int freeBytes() {
        return Math.min(quantum, TransferChunks.FREE_BYTES_MAX);
    }

    /** What a transfer should reserve now. */
    public int chunkBytes() {
        double flow = perSecond;
        double left = ROUND_SECONDS * Math.min(flow, surePerSecond) - Math.max(0, reserved.get() - front());
        double chunk = Math.max(left / 2, flow / CHUNKS_PER_SECOND_MAX);
        return (int) Math.max(TransferChunks.CHUNK_BYTES_MIN, Math.min(quantum, chunk));
    }

    /** Takes a place in the line. */
    public long reserve(int bytes) {
        waiting.incrementAndGet();
        return reserved.getAndAdd(bytes);
    }

    /** Whether the line is served beyond that place. If not, this node will report a higher demand. */
    public boolean isServed(long place) {
        if (front() > place) {
            return true;
        }
        if (!hasWaited) {
            hasWaited = true;
        }
        return false;
    }

    /** A transfer has left its place: it was served, or gave it up. */
    public void leave() {
        waiting.decrementAndGet();
    }

    /** Gives back what was reserved and not moved: those behind move up. Their places stay what they are. */
    public void refund(long bytes) {
        refunded.addAndGet(bytes);
    }

    /** How far the line is served. */
    private double front() {
        return served + refunded.get();
    }

    /** How long to wait before {@link #isServed} is asked again for that place. */
    public long waitNanos(long place) {
        double seconds = (place - front() + 1) / Math.max(perSecond, 1);
        return Math.max(POLL_NANOS_MIN, (long) Math.min(seconds * 1e9, POLL_NANOS_MAX));
    }

    /** A transfer has moved more than it had reserved. */
    public void overdraw(long bytes) {
        if (bytes > 0) {
            reserved.addAndGet(bytes);
        }
    }

    /** Bytes were moved that nothing was reserved for: they take what is free in the line, and the rest is paid later. */
    public void deferCharge(long bytes) {
        long rest = bytes;
        while (rest > 0) {
            long before = reserved.get();
            long lead = (long) Math.min((double) rest, front() - before);
            if (lead <= 0) {
                break;
            }
            if (reserved.compareAndSet(before, before + lead)) {
                rest -= lead;
            }
        }
        if (rest > 0) {
            deferredEver.addAndGet(rest);
        }
    }

    // ---- for requests ----

    /** Whether a request is to be admitted. */
    boolean isOpen() {
        return excess() < 0;
    }

    /** How much would have to be paid for the next request to be admitted; below 0: it is. */
    private double excess() {
        double deferred = deferredEver.get() - paidEver - Math.max(0, front() - reserved.get());
        int bodies = expected.get();
        // By their mean: a few of the largest free bodies would be the share of many seconds where nodes are many.
        double body = Math.min(meanBytes, freeBytes());
        return deferred + bodies * body - Math.max(deferredMax, FREE_BODIES * body);
    }

    /** How long until a request is admitted, if nothing else is. */
    double openSeconds(double inflowPerSecond) {
        double payPerSecond = waiting.get() > 0 ? inflowPerSecond / 2 : inflowPerSecond;
        return Math.max(0, excess()) / Math.max(payPerSecond, 1);
    }

    /** A request was admitted, whose body is expected. */
    public void expectBody() {
        expected.incrementAndGet();
    }

    /** Its body has begun to come, or never will. */
    public void startBody() {
        expected.decrementAndGet();
    }

    /** A request has ended that moved so much. A lost race costs one sample of many. */
    public void endBody(long bytes) {
        double mean = meanBytes;
        meanBytes = mean + MEAN_WEIGHT * (bytes - mean);
    }

    /** What a request moves, on average. */
    long meanBytes() {
        return (long) meanBytes + 1;
    }

    // ---- for the limit ----

    /**
     * Lets bytes flow in.
     *
     * @param bytes since the last call
     * @param most what may be saved up for later transfers
     * @param nowPerSecond at what rate it flows
     */
    void flowIn(double bytes, double most, double nowPerSecond) {
        double paidBefore = paidEver;
        double deferred = deferredEver.get() - paidBefore;
        long back = refunded.get();
        double behind = reserved.get() - served - back;
        perSecond = deferred > 0 && behind > 0 ? nowPerSecond / 2 : nowPerSecond;
        double paid = Math.min(deferred, behind > 0 ? Math.max(bytes / 2, bytes - behind) : bytes);
        if (paid > 0) {
            paidEver = paidBefore + paid;
        }
        served = Math.min(served + bytes - paid, reserved.get() + Math.max(most, quantum) - back);
    }

    /** Nothing is served before {@link #serveUpTo} says so. */
    void beginEmpty() {
        served = 0;
    }

    /**
     * Serves until so much was let in since the beginning, or takes back what nobody has used yet. It pays deferred charges as
     * {@link #flowIn} does.
     *
     * @param total bytes, moved or deferred
     * @param nowPerSecond at what rate more comes
     */
    void serveUpTo(double total, double nowPerSecond) {
        double paidBefore = paidEver;
        double servedBefore = served;
        double bytes = total - servedBefore - paidBefore;
        double deferred = deferredEver.get() - paidBefore;
        double behind = reserved.get() - front();
        perSecond = deferred > 0 && behind > 0 ? nowPerSecond / 2 : nowPerSecond;
        double paid = bytes <= 0 ? 0 : Math.min(deferred, behind > 0 ? Math.max(bytes / 2, bytes - behind) : bytes);
        if (paid > 0) {
            paidEver = paidBefore + paid;
        }
        if (bytes != 0) {
            served = servedBefore + bytes - paid;
        }
    }

    /** What requests are likely to move that were admitted, and of whose body nothing has come, the next one included. */
    long expectedBytes() {
        return (long) ((expected.get() + 1) * Math.min(meanBytes, freeBytes()));
    }

    /** What was moved or deferred since the beginning, or has a place in the line. */
    long wanted() {
        return reserved.get() - refunded.get() + deferredEver.get();
    }

    /**
     * The limit or the share has changed.
     *
     * @param sharePerSecond of this node now
     * @param leastPerSecond what its share falls to when all other nodes demand theirs
     */
    void updateShare(double newQuantum, double sharePerSecond, double leastPerSecond) {
        quantum = (int) newQuantum;
        // The other half pays deferred charges.
        surePerSecond = leastPerSecond / 2;
        deferredMax = DEFERRED_SECONDS * sharePerSecond;
    }

    /** Whether transfers have waited since the last {@link #startMeasuring}. */
    boolean hasWaited() {
        return hasWaited;
    }

    /** Starts a new measurement. A transfer that still waits sets {@link #hasWaited} again when it asks. */
    void startMeasuring() {
        hasWaited = false;
    }

    /** How many transfers have a place in the line now. */
    int waiting() {
        return Math.max(0, waiting.get());
    }
}
