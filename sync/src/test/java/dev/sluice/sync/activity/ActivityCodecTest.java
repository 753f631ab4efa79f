package dev.sluice.sync.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sync.wire.Sections;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The section in which sidecars report of themselves. */
class ActivityCodecTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Test
    void bytes_areThoseOfTheDocument() {
        assertThat(HexFormat.of().formatHex(ActivityCodec.section(SampleActivities.DOCUMENTED)))
                .isEqualTo("41" + "3b" // kind, length
                        + "10" + "ac02" + "02" + "01" + "00" + "8020" + "05" + "06" + "07" // requests, bytes, now
                        + "01" + "02" + "33" + "04" // peers
                        + "02" + "e807" + "01" + "00" // gateway, limits file
                        + "03" + "6162ff" + "00" // their problems
                        + "02" + "01" + "c801" + "01" + "03" + "00" // durations
                        + "01" + "0102030405060708" + "1112131415161718" + "00" + "01" + "02" + "7879" // a limit
                        + "ac02" + "05" + "00" + "01");
    }

    @Test
    void activity_isReadAsItWasWritten() {
        for (int limits = 0; limits <= NodeActivity.LIMITS_MAX; limits++) {
            NodeActivity activity = SampleActivities.drawn(random, limits);
            byte[] section = ActivityCodec.section(activity);

            assertThat(ActivityCodec.find(section, 0)).as("seed %d", seed).contains(activity);
            assertThat(section.length).isLessThanOrEqualTo(ActivityCodec.SECTION_BYTES_MAX);
        }
    }

    @Test
    void numbersOfALaterRelease_areSkipped() {
        byte[] known = ActivityCodec.section(SampleActivities.DOCUMENTED);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(known[2] + 1);
        int behindNumbers = 2 + 1 + 19;
        body.write(known, 3, behindNumbers - 3);
        Sections.putVarint(body, 123_456);
        body.write(known, behindNumbers, known.length - behindNumbers);
        body.write(9);

        assertThat(ActivityCodec.find(Sections.of(ActivityCodec.KIND, body), 0)).contains(SampleActivities.DOCUMENTED);
    }

    @Test
    void moreThanItsBounds_isRefusedWhole() {
        NodeActivity full = SampleActivities.drawn(random, NodeActivity.LIMITS_MAX);

        assertThatThrownBy(() -> SampleActivities.drawn(random, NodeActivity.LIMITS_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(0);
        Sections.putVarint(body, PartActivity.PROBLEM_BYTES_MAX + 1L);
        body.writeBytes(new byte[10_000]);
        assertThat(ActivityCodec.find(Sections.of(ActivityCodec.KIND, body), 0)).isEmpty();
        assertThat(full.limits()).hasSize(NodeActivity.LIMITS_MAX);
    }

    @Test
    void damagedBytes_giveAnActivityOrNone_andNothingElse() {
        for (int i = 0; i < 10_000; i++) {
            byte[] section = ActivityCodec.section(SampleActivities.drawn(random, random.nextInt(4)));
            for (int change = random.nextInt(4); change > 0; change--) {
                section[random.nextInt(section.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(section, random.nextInt(section.length + 1));

            Optional<NodeActivity> found = ActivityCodec.find(cut, random.nextInt(3));

            found.ifPresent(activity -> assertThat(ActivityCodec.find(ActivityCodec.section(activity), 0))
                    .as("seed %d", seed)
                    .contains(activity));
        }
    }
}
