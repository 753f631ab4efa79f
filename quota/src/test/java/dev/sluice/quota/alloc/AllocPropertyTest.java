package dev.sluice.quota.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocCommand.Change;
import dev.sluice.quota.alloc.AllocResult.Decided;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds after every sequence of commands. A failure prints its seed. */
class AllocPropertyTest {
    private static final AllocBounds BOUNDS = new AllocBounds(20, 200);
    private static final int COMMANDS = 3_000;

    @Test
    void allocated_isWhatWasAppliedLessWhatWasFreed_andNeverNegativeOrGrownOverTheCapacity() {
        for (long seed = 1; seed <= 20; seed++) {
            AllocState state = new AllocState(BOUNDS);
            RandomCommands commands = new RandomCommands(seed);
            Random time = new Random(seed);
            long nowMillis = 0;
            for (int i = 0; i < COMMANDS; i++) {
                nowMillis += time.nextInt(5);
                state.advance(nowMillis);
                Map<QuotaName, QuotaView> before = views(state);
                AllocCommand command = commands.next();
                AllocResult result = state.apply(List.of(command), nowMillis).get(0);
                String where = "seed " + seed + ", command " + i + ": " + command;
                checkQuotas(state, before, where);
                if (command instanceof Change change && change.key().isEmpty()) {
                    checkChange(state, before, change, (Decided) result, where);
                }
            }
        }
    }

    private static void checkQuotas(AllocState state, Map<QuotaName, QuotaView> before, String where) {
        for (QuotaName name : state.names()) {
            QuotaView view = state.view(name).orElseThrow();
            QuotaView old = before.getOrDefault(name, view);
            long leased =
                    state.leases(name).stream().mapToLong(AllocLease::tokens).sum();
            assertThat(view.allocated()).as(where).isGreaterThanOrEqualTo(leased);
            assertThat(view.allocated()).as(where).isLessThanOrEqualTo(Math.max(view.capacity(), old.allocated()));
            assertThat(view.version()).as(where).isBetween(old.version(), old.version() + 1);
            assertThat(state.leases(name)).as(where).allMatch(lease -> lease.tokens() > 0);
        }
    }

    private static void checkChange(
            AllocState state, Map<QuotaName, QuotaView> before, Change change, Decided result, String where) {
        for (int i = 0; i < change.steps().size(); i++) {
            AllocStep step = change.steps().get(i);
            if (result.steps().get(i).outcome() == StepOutcome.NOT_FOUND) {
                continue;
            }
            QuotaView old = before.get(step.quota());
            long sign = !result.isApplied() ? 0 : step instanceof Allocate ? 1 : -1;
            QuotaView view = state.view(step.quota()).orElseThrow();
            assertThat(view.allocated()).as(where).isEqualTo(old.allocated() + sign * step.tokens());
            assertThat(view.version()).as(where).isEqualTo(old.version() + Math.abs(sign));
            assertThat(result.steps().get(i).remaining()).as(where).isEqualTo(view.remaining());
        }
    }

    @Test
    void snapshotAndLog_leadToTheSameState_asTheCommandsThemselves() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            AllocState original = new AllocState(BOUNDS);
            AllocState copy = new AllocState(BOUNDS);
            RandomCommands commands = new RandomCommands(seed);
            Random random = new Random(seed);
            long nowMillis = 0;
            for (int i = 0; i < COMMANDS / 10; i++) {
                nowMillis += random.nextInt(20);
                List<AllocCommand> batch = List.of(commands.next(), commands.next());
                AllocCodec.Batch read = AllocCodec.read(AllocCodec.write(new AllocCodec.Batch(nowMillis, batch)));
                assertThat(copy.apply(read.commands(), read.millis()))
                        .as("seed " + seed)
                        .isEqualTo(original.apply(batch, nowMillis));
                if (random.nextInt(20) == 0) {
                    copy = AllocSnapshot.read(new ByteArrayInputStream(bytes(copy)));
                }
            }
            assertThat(bytes(copy)).as("seed " + seed).isEqualTo(bytes(original));
        }
    }

    @Test
    void brokenBytes_areAnError_andNothingElse() throws IOException {
        RandomCommands commands = new RandomCommands(7);
        AllocState state = new AllocState(BOUNDS);
        List<AllocCommand> batch = List.of(commands.next(), commands.next(), commands.next(), commands.next());
        state.apply(batch, 1);
        byte[] log = AllocCodec.write(new AllocCodec.Batch(1, batch));
        byte[] snapshot = bytes(state);
        for (int length = 0; length < log.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(log, length);
            assertThatThrownBy(() -> AllocCodec.read(cut))
                    .as("cut at " + length)
                    .isInstanceOf(IOException.class);
        }
        for (int length = 0; length < snapshot.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(snapshot, length);
            assertThatThrownBy(() -> AllocSnapshot.read(new ByteArrayInputStream(cut)))
                    .as("cut at " + length)
                    .isInstanceOf(IOException.class);
        }
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = log.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            try {
                AllocCodec.read(changed);
            } catch (IOException e) {
                // expected
            }
        }
    }

    private static Map<QuotaName, QuotaView> views(AllocState state) {
        Map<QuotaName, QuotaView> views = new HashMap<>();
        state.names().forEach(name -> views.put(name, state.view(name).orElseThrow()));
        return views;
    }

    private static byte[] bytes(AllocState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AllocSnapshot.write(state, bytes);
        return bytes.toByteArray();
    }
}
