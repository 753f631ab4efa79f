package dev.sluice.sync.activity;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.activity.NodeActivity.PeersActivity;
import dev.sluice.sync.activity.NodeActivity.RequestActivity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Activities of sidecars. */
public final class SampleActivities {
    /** That of the document. */
    public static final NodeActivity DOCUMENTED = new NodeActivity(
            new RequestActivity(300, 2, 1, 0),
            4096,
            5,
            6,
            7,
            new PeersActivity(1, 2, 51, 4),
            new PartActivity(ActivityState.BAD, 1000, "ab\u00ff"),
            new PartActivity(ActivityState.GOOD, 0, ""),
            List.of(1L, 200L),
            List.of(3L),
            List.of(),
            List.of(new LimitActivity(
                    new SubjectId(0x0102030405060708L, 0x1112131415161718L),
                    Scope.USER,
                    Dimension.WRITE_OPS,
                    "xy",
                    300,
                    5,
                    0,
                    1)));

    private SampleActivities() {}

    /** A random one with so many limits. */
    public static NodeActivity drawn(Random random, int limits) {
        List<LimitActivity> rows = new ArrayList<>();
        for (int i = 0; i < limits; i++) {
            rows.add(new LimitActivity(
                    new SubjectId(random.nextLong(), random.nextLong()),
                    Scope.at(random.nextInt(Scope.count())),
                    Dimension.at(random.nextInt(Dimension.count())),
                    text(random, LimitActivity.NAME_BYTES_MAX),
                    count(random),
                    count(random),
                    count(random),
                    count(random)));
        }
        return new NodeActivity(
                new RequestActivity(count(random), count(random), count(random), count(random)),
                count(random),
                count(random),
                count(random),
                count(random),
                new PeersActivity(count(random), count(random), count(random), count(random)),
                new PartActivity(
                        ActivityState.at(random.nextInt(3)),
                        count(random),
                        text(random, PartActivity.PROBLEM_BYTES_MAX)),
                new PartActivity(
                        ActivityState.at(random.nextInt(3)),
                        count(random),
                        text(random, PartActivity.PROBLEM_BYTES_MAX)),
                classes(random),
                classes(random),
                classes(random),
                rows);
    }

    private static List<Long> classes(Random random) {
        List<Long> classes = new ArrayList<>();
        for (int i = random.nextInt(NodeActivity.CLASSES_MAX + 1); i > 0; i--) {
            classes.add(count(random));
        }
        return classes;
    }

    private static long count(Random random) {
        return random.nextLong() >>> (1 + random.nextInt(62));
    }

    private static String text(Random random, int bytesMax) {
        byte[] bytes = new byte[random.nextInt(bytesMax + 1)];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
