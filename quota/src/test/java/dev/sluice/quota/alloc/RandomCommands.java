package dev.sluice.quota.alloc;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocCommand.Change;
import dev.sluice.quota.alloc.AllocCommand.Define;
import dev.sluice.quota.alloc.AllocCommand.Remove;
import dev.sluice.quota.alloc.AllocCommand.Renew;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Commands for tests, of a seed: few names, few keys and small numbers, so that they meet each other. */
public final class RandomCommands {
    private static final List<QuotaName> NAMES =
            List.of(new QuotaName("a", "b"), new QuotaName("a_b", "c"), new QuotaName("a", "ü€\u0000"));

    private final Random random;

    public RandomCommands(long seed) {
        random = new Random(seed);
    }

    public static List<QuotaName> names() {
        return NAMES;
    }

    public AllocCommand next() {
        return switch (random.nextInt(12)) {
            case 0 -> new Define(name(), random.nextInt(20), random.nextInt(2) * 50);
            case 1 -> random.nextInt(10) == 0 ? new Remove(name()) : new Define(name(), 20, 50);
            case 2 -> new Renew(1 + random.nextInt(50), 1 + random.nextInt(60));
            default -> change();
        };
    }

    private Change change() {
        List<AllocStep> steps = new ArrayList<>();
        for (QuotaName name : NAMES) {
            if (random.nextInt(3) == 0) {
                steps.add(step(name));
            }
        }
        if (steps.isEmpty()) {
            steps.add(step(name()));
        }
        Optional<IdempotencyKey> key = random.nextInt(3) > 0
                ? Optional.empty()
                : Optional.of(new IdempotencyKey("k" + random.nextInt(30), "h" + random.nextInt(2)));
        return new Change(steps, key);
    }

    private AllocStep step(QuotaName name) {
        long tokens = 1 + random.nextInt(8);
        long version = random.nextInt(4) == 0 ? 1 + random.nextInt(20) : AllocStep.ANY_VERSION;
        if (random.nextBoolean()) {
            return new AllocStep.Free(name, tokens, version, random.nextInt(3) == 0 ? 1 + random.nextInt(50) : 0);
        }
        Optional<LeaseTerms> lease =
                random.nextInt(3) == 0 ? Optional.of(new LeaseTerms(1 + random.nextInt(60), "ö")) : Optional.empty();
        return new AllocStep.Allocate(name, tokens, version, lease);
    }

    private QuotaName name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }
}
