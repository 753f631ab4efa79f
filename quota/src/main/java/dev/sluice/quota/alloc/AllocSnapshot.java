package dev.sluice.quota.alloc;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocResult.Decided;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The bytes of a whole {@link AllocState}. */
public final class AllocSnapshot {
    private static final int FORMAT = 1;
    private static final StepOutcome[] OUTCOMES = StepOutcome.values();

    private AllocSnapshot() {}

    /** Writes a state, which doesn't change meanwhile. */
    public static void write(AllocState state, OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to));
        out.writeInt(FORMAT);
        AllocCodec.write(state.bounds(), out);
        out.writeLong(state.nowMillis());
        out.writeInt(state.quotas().size());
        for (Map.Entry<QuotaName, AllocQuota> entry : state.quotas().entrySet()) {
            QuotaView view = entry.getValue().view();
            AllocCodec.write(entry.getKey(), out);
            out.writeLong(view.allocated());
            out.writeLong(view.capacity());
            out.writeLong(view.version());
            out.writeLong(view.leaseMillisMax());
            out.writeLong(entry.getValue().leased());
        }
        List<AllocLease> leases = state.leaseTable().all();
        out.writeLong(state.leaseTable().lastNumber());
        out.writeInt(leases.size());
        for (AllocLease lease : leases) {
            out.writeLong(lease.number());
            AllocCodec.write(lease.quota(), out);
            out.writeLong(lease.tokens());
            out.writeUTF(lease.holder());
            out.writeLong(lease.expiresMillis());
        }
        Map<String, KeyedResults.Known> results = state.results().all();
        out.writeInt(results.size());
        for (Map.Entry<String, KeyedResults.Known> entry : results.entrySet()) {
            write(entry.getKey(), entry.getValue(), out);
        }
        out.flush();
    }

    private static void write(String key, KeyedResults.Known known, DataOutputStream out) throws IOException {
        out.writeUTF(key);
        out.writeUTF(known.bodyHash());
        out.writeLong(known.sinceMillis());
        out.writeByte(known.result().steps().size());
        for (StepResult step : known.result().steps()) {
            out.writeByte(step.outcome().ordinal());
            out.writeLong(step.remaining());
            out.writeLong(step.version());
            out.writeLong(step.lease());
        }
    }

    /**
     * Reads a state.
     *
     * @throws IOException if these are no bytes of {@link #write}
     */
    public static AllocState read(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(from));
        int format = in.readInt();
        if (format != FORMAT) {
            throw new IOException("a snapshot of format " + format + "; this version reads format " + FORMAT);
        }
        try {
            AllocState state = new AllocState(AllocCodec.readBounds(in));
            long nowMillis = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                QuotaName name = AllocCodec.readName(in);
                QuotaView view = new QuotaView(in.readLong(), in.readLong(), in.readLong(), in.readLong());
                state.quotas().put(name, AllocQuota.of(view, in.readLong()));
            }
            state.leaseTable().lastNumber(in.readLong());
            for (int left = in.readInt(); left > 0; left--) {
                long number = in.readLong();
                QuotaName quota = AllocCodec.readName(in);
                state.leaseTable().put(new AllocLease(number, quota, in.readLong(), in.readUTF(), in.readLong()));
            }
            for (int left = in.readInt(); left > 0; left--) {
                readResult(in, state.results());
            }
            state.advance(nowMillis);
            return state;
        } catch (IllegalArgumentException e) {
            throw new IOException("a snapshot that nobody can have written: " + e.getMessage(), e);
        }
    }

    private static void readResult(DataInputStream in, KeyedResults to) throws IOException {
        IdempotencyKey key = new IdempotencyKey(in.readUTF(), in.readUTF());
        long sinceMillis = in.readLong();
        int count = in.readUnsignedByte();
        List<StepResult> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int outcome = in.readUnsignedByte();
            if (outcome >= OUTCOMES.length) {
                throw new IOException("a result of the unknown outcome " + outcome);
            }
            steps.add(new StepResult(OUTCOMES[outcome], in.readLong(), in.readLong(), in.readLong()));
        }
        to.put(key, new Decided(steps), sinceMillis);
    }
}
