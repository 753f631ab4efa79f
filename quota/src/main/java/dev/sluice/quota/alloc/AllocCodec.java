package dev.sluice.quota.alloc;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocCommand.Bound;
import dev.sluice.quota.alloc.AllocCommand.Change;
import dev.sluice.quota.alloc.AllocCommand.Define;
import dev.sluice.quota.alloc.AllocCommand.Remove;
import dev.sluice.quota.alloc.AllocCommand.Renew;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import dev.sluice.quota.alloc.AllocStep.Free;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of commands, in a log.
 *
 * <pre>
 *   batch    i64 time in milliseconds, i32 count, commands
 *   command  u8 kind, fields; a text is a length of 16 bits and modified UTF-8; an optional field is a flag and the field
 * </pre>
 */
public final class AllocCodec {
    private static final int DEFINE = 1;
    private static final int REMOVE = 2;
    private static final int CHANGE = 3;
    private static final int RENEW = 4;
    private static final int BOUND = 5;
    private static final int ALLOCATE = 1;
    private static final int FREE = 2;

    private AllocCodec() {}

    /**
     * Commands of one moment.
     *
     * @param millis since 1970
     */
    public record Batch(long millis, List<AllocCommand> commands) {
        /** Copies. */
        public Batch {
            commands = List.copyOf(commands);
        }
    }

    /** Writes a batch. */
    public static byte[] write(Batch batch) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(batch.millis());
            out.writeInt(batch.commands().size());
            for (AllocCommand command : batch.commands()) {
                write(command, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes everything", e);
        }
        return bytes.toByteArray();
    }

    private static void write(AllocCommand command, DataOutputStream out) throws IOException {
        if (command instanceof Define define) {
            out.writeByte(DEFINE);
            write(define.quota(), out);
            out.writeLong(define.capacity());
            out.writeLong(define.leaseMillisMax());
        } else if (command instanceof Remove remove) {
            out.writeByte(REMOVE);
            write(remove.quota(), out);
        } else if (command instanceof Renew renew) {
            out.writeByte(RENEW);
            out.writeLong(renew.lease());
            out.writeLong(renew.millis());
        } else if (command instanceof Bound bound) {
            out.writeByte(BOUND);
            write(bound.bounds(), out);
        } else {
            out.writeByte(CHANGE);
            write((Change) command, out);
        }
    }

    private static void write(Change change, DataOutputStream out) throws IOException {
        out.writeBoolean(change.key().isPresent());
        if (change.key().isPresent()) {
            out.writeUTF(change.key().get().text());
            out.writeUTF(change.key().get().bodyHash());
        }
        out.writeByte(change.steps().size());
        for (AllocStep step : change.steps()) {
            out.writeByte(step instanceof Allocate ? ALLOCATE : FREE);
            write(step.quota(), out);
            out.writeLong(step.tokens());
            out.writeLong(step.version());
            if (step instanceof Free free) {
                out.writeLong(free.lease());
            } else {
                Optional<LeaseTerms> lease = ((Allocate) step).lease();
                out.writeBoolean(lease.isPresent());
                if (lease.isPresent()) {
                    out.writeLong(lease.get().millis());
                    out.writeUTF(lease.get().holder());
                }
            }
        }
    }

    static void write(AllocBounds bounds, DataOutputStream out) throws IOException {
        out.writeInt(bounds.keysMax());
        out.writeLong(bounds.keepMillis());
    }

    static AllocBounds readBounds(DataInputStream in) throws IOException {
        return new AllocBounds(in.readInt(), in.readLong());
    }

    static void write(QuotaName name, DataOutputStream out) throws IOException {
        out.writeUTF(name.namespace());
        out.writeUTF(name.resource());
    }

    /**
     * Reads a batch.
     *
     * @throws IOException if these are no bytes of {@link #write}
     */
    public static Batch read(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            long millis = in.readLong();
            int count = in.readInt();
            List<AllocCommand> commands = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                commands.add(readCommand(in));
            }
            if (in.available() > 0) {
                throw new IOException(in.available() + " bytes are left behind the last command");
            }
            return new Batch(millis, commands);
        } catch (IllegalArgumentException e) {
            throw new IOException("a command that nobody can have given: " + e.getMessage(), e);
        }
    }

    private static AllocCommand readCommand(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case DEFINE -> new Define(readName(in), in.readLong(), in.readLong());
            case REMOVE -> new Remove(readName(in));
            case RENEW -> new Renew(in.readLong(), in.readLong());
            case CHANGE -> readChange(in);
            case BOUND -> new Bound(readBounds(in));
            default -> throw new IOException("a command of the unknown kind " + kind);
        };
    }

    private static Change readChange(DataInputStream in) throws IOException {
        Optional<IdempotencyKey> key =
                in.readBoolean() ? Optional.of(new IdempotencyKey(in.readUTF(), in.readUTF())) : Optional.empty();
        int count = in.readUnsignedByte();
        List<AllocStep> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int kind = in.readUnsignedByte();
            QuotaName quota = readName(in);
            long tokens = in.readLong();
            long version = in.readLong();
            steps.add(
                    switch (kind) {
                        case ALLOCATE -> new Allocate(quota, tokens, version, readLease(in));
                        case FREE -> new Free(quota, tokens, version, in.readLong());
                        default -> throw new IOException("a step of the unknown kind " + kind);
                    });
        }
        return new Change(steps, key);
    }

    private static Optional<LeaseTerms> readLease(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(new LeaseTerms(in.readLong(), in.readUTF())) : Optional.empty();
    }

    static QuotaName readName(DataInputStream in) throws IOException {
        return new QuotaName(in.readUTF(), in.readUTF());
    }
}
