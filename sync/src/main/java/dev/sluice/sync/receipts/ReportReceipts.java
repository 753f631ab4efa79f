package dev.sluice.sync.receipts;

import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.sync.wire.Receipt;
import dev.sluice.sync.wire.ReceiptCodec;
import dev.sluice.sync.wire.Receipts;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportDelays;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The receipts of all peers, between the thread that receives reports and the one that sends them. Nodes ask for receipts
 * while they report subjects that need them, and for {@value #ASKING_NANOS} ns after that.
 */
public final class ReportReceipts {
    private static final long ASKING_NANOS = 2_000_000_000L;
    /** A peer that has acknowledged nothing by then never will: it is of an older release. */
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final long MICRO = 1_000L;

    private final long ownIncarnation;
    private volatile long startNanos;
    private volatile List<PeerReceipts> peers = List.of();
    private volatile long askingSinceNanos = NEVER;
    private volatile long askingUntilNanos = NEVER;

    /** Of a node without peers. */
    public ReportReceipts(long ownIncarnation, long startNanos) {
        this.ownIncarnation = ownIncarnation;
        this.startNanos = startNanos;
    }

    // ---- for the thread that receives reports ----

    /** A peer that is known from now on. */
    public PeerReceipts add(long incarnation, RemoteNode remote, long nowNanos) {
        PeerReceipts peer = new PeerReceipts(incarnation, remote, nowNanos);
        List<PeerReceipts> next = new ArrayList<>(peers);
        next.removeIf(PeerReceipts::isForgotten);
        next.add(peer);
        peers = List.copyOf(next);
        return peer;
    }

    /**
     * A report of a peer was received and applied.
     *
     * @param message with what follows its entries from {@code begin} on
     * @param isAfterGap whether one before it was lost
     */
    public void received(
            PeerReceipts peer, Report report, byte[] message, int begin, boolean isAfterGap, long nowNanos) {
        Optional<Receipts> section = begin < message.length ? ReceiptCodec.find(message, begin) : Optional.empty();
        boolean isAcknowledged = false;
        if (section.isPresent()) {
            Receipts receipts = section.get();
            if (receipts.isAsking()) {
                peer.askedUntil(nowNanos + ASKING_NANOS);
            }
            for (Receipt receipt : receipts.receipts()) {
                if (receipt.incarnation() == ownIncarnation) {
                    isAcknowledged = true;
                    long lost = receipt.lostMicros() == 0 ? NEVER : leftNanos(receipt.lostMicros());
                    peer.acknowledged(leftNanos(receipt.receivedMicros()), lost, isAfterGap);
                }
            }
        }
        if (!isAcknowledged && isAsking(nowNanos) && nowNanos - askingSinceNanos > PATIENCE_NANOS) {
            peer.neverAcknowledges();
        }
        // After what this report acknowledges: who reads that it was received knows what the peer lacks.
        long clockNanos = report.delays().map(ReportDelays::clockNanos).orElse(0L);
        peer.received(clockNanos / MICRO, isAfterGap, nowNanos);
    }

    /** When a report of this node left; the fraction of a microsecond is unknown. */
    private long leftNanos(long clockMicros) {
        return startNanos + clockMicros * MICRO + MICRO - 1;
    }

    // ---- for the thread that reports ----

    /** The clock of this node's reports begins. */
    public void begin(long nowNanos) {
        startNanos = nowNanos;
    }

    /** A subject that needs receipts is reported. */
    public void ask(long nowNanos) {
        if (!isAsking(nowNanos)) {
            askingSinceNanos = nowNanos;
        }
        askingUntilNanos = nowNanos + ASKING_NANOS;
    }

    /** Whether this node asks its peers for receipts. */
    public boolean isAsking(long nowNanos) {
        return askingUntilNanos > nowNanos;
    }

    /** The receipts for the peers that ask for them; none if they are too many. */
    public List<Receipt> receipts(long nowNanos) {
        List<Receipt> receipts = new ArrayList<>();
        for (PeerReceipts peer : peers) {
            if (peer.isAsking(nowNanos)) {
                receipts.add(peer.receipt());
            }
        }
        return receipts.size() > Receipts.PEERS_MAX ? List.of() : receipts;
    }

    /**
     * The reports that peers lack, and that must be repeated now; empty: none. A peer that lacks some all the time gets them a
     * few times a second. They count as lost until {@link #repeated}. To be called after {@link #receipts}.
     */
    public Optional<LostReports> lost(long nowNanos) {
        Optional<LostReports> all = Optional.empty();
        for (PeerReceipts peer : peers) {
            Optional<LostReports> lost = peer.lost(nowNanos);
            if (lost.isPresent()) {
                all = Optional.of(all.map(lost.get()::and).orElse(lost.get()));
            }
        }
        return all;
    }

    /** All that {@link #lost} returned last is in the reports that leave now, or before. */
    public void repeated(long nowNanos) {
        peers.forEach(peer -> peer.repeated(nowNanos));
    }

    /** Those of the receipts that may be sent: not those for peers that lack reports which are not repeated yet. */
    public List<Receipt> withoutIncomplete(List<Receipt> receipts) {
        List<Receipt> allowed = new ArrayList<>(receipts);
        for (PeerReceipts peer : peers) {
            if (peer.isIncomplete()) {
                allowed.removeIf(receipt -> receipt.incarnation() == peer.incarnation());
            }
        }
        return allowed;
    }
}
