package dev.sluice.sync.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Encodes {@link Receipts} as a section of a report, and decodes them. {@code docs/wire-format.md} draws the layout. A damaged
 * section is ignored; its report counts.
 */
public final class ReceiptCodec {
    /** The kind of a section with receipts. */
    static final int KIND = 'R';

    private static final int FLAG_ASKING = 1;
    private static final int INCARNATION_BYTES = 8;
    private static final int RECEIPT_BYTES_MIN = INCARNATION_BYTES + 2;
    private static final byte[] NOTHING = {};
    /** A later clock would overflow as nanoseconds. */
    private static final long CLOCK_MICROS_MAX = Long.MAX_VALUE / 4_000;

    /** At least the size of any section. */
    public static final int SECTION_BYTES_MAX = 16 + Receipts.PEERS_MAX * (INCARNATION_BYTES + 2 * 9);

    private ReceiptCodec() {}

    /** The section; no bytes where there is nothing to ask for and nothing to acknowledge. */
    public static byte[] section(Receipts receipts) {
        if (!receipts.isAsking() && receipts.receipts().isEmpty()) {
            return NOTHING;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(receipts.isAsking() ? FLAG_ASKING : 0);
        for (Receipt receipt : receipts.receipts()) {
            body.writeBytes(ByteBuffer.allocate(INCARNATION_BYTES)
                    .putLong(receipt.incarnation())
                    .array());
            Sections.putVarint(body, receipt.receivedMicros());
            Sections.putVarint(
                    body, receipt.lostMicros() == 0 ? 0 : receipt.receivedMicros() - receipt.lostMicros() + 1);
        }
        return Sections.of(KIND, body);
    }

    /**
     * The receipts in the sections of a report.
     *
     * @param begin where the sections begin
     * @return empty: there are none, or they are damaged
     */
    public static Optional<Receipts> find(byte[] message, int begin) {
        try {
            Optional<WireReader> section = Sections.find(message, begin, KIND);
            return section.isEmpty() ? Optional.empty() : Optional.of(read(section.get()));
        } catch (MalformedReportException e) {
            return Optional.empty();
        }
    }

    private static Receipts read(WireReader in) throws MalformedReportException {
        boolean isAsking = (in.u8() & FLAG_ASKING) != 0;
        if (in.remaining() / RECEIPT_BYTES_MIN > Receipts.PEERS_MAX * 2) {
            throw new MalformedReportException("too many receipts");
        }
        List<Receipt> receipts = new ArrayList<>();
        while (in.remaining() > 0 && receipts.size() < Receipts.PEERS_MAX) {
            long incarnation = in.i64();
            long receivedMicros = in.varint();
            long lostAgo = in.varint();
            if (receivedMicros > CLOCK_MICROS_MAX || lostAgo > receivedMicros) {
                throw new MalformedReportException("a clock out of range");
            }
            receipts.add(new Receipt(incarnation, receivedMicros, lostAgo == 0 ? 0 : receivedMicros - lostAgo + 1));
        }
        return new Receipts(isAsking, receipts);
    }
}
