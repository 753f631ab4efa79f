package dev.sluice.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.SubjectId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionEntryTest {
    private static final SessionEntry SESSION =
            new SessionEntry(0x0102030405060708L, 0x1112131415161718L, new SubjectId(3, 4), 300, "ab\u00ff");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private SessionEntry drawn() {
        byte[] name = new byte[1 + random.nextInt(SessionEntry.NAME_BYTES_MAX)];
        random.nextBytes(name);
        return new SessionEntry(
                random.nextLong(),
                random.nextLong(),
                new SubjectId(random.nextLong(), random.nextLong()),
                1 + random.nextInt(Integer.MAX_VALUE),
                new String(name, StandardCharsets.ISO_8859_1));
    }

    private List<SessionEntry> drawn(int count) {
        List<SessionEntry> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sessions.add(drawn());
        }
        return sessions;
    }

    @Test
    void bytes_areThoseOfTheDocument() {
        assertThat(HexFormat.of().formatHex(SessionEntry.section(List.of(SESSION))))
                .isEqualTo("53" + "26" + "0102030405060708" + "1112131415161718" + "0000000000000003"
                        + "0000000000000004" + "ac02" + "03" + "6162ff");
    }

    @Test
    void savedSessions_areHandedOverUpToTheDamage() {
        List<SessionEntry> sessions = drawn(20);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        sessions.forEach(session -> session.putTo(out));
        byte[] saved = out.toByteArray();

        for (int length = 0; length <= saved.length; length++) {
            List<SessionEntry> read = new ArrayList<>();
            boolean isGood = SessionEntry.forEachSaved(ByteBuffer.wrap(saved, 0, length), read::add);

            assertThat(read).as("seed %d", seed).isEqualTo(sessions.subList(0, read.size()));
            if (length == saved.length) {
                assertThat(isGood).isTrue();
                assertThat(read).hasSameSizeAs(sessions);
            }
        }
    }

    @Test
    void sessions_areReadAsTheyWereWritten() {
        for (int count = 0; count <= SessionEntry.ENTRIES_MAX; count++) {
            List<SessionEntry> sessions = drawn(count);
            byte[] section = SessionEntry.section(sessions);

            assertThat(SessionEntry.find(section, 0)).as("seed %d", seed).isEqualTo(sessions);
            assertThat(section.length).isLessThanOrEqualTo(SessionEntry.SECTION_BYTES_MAX);
        }
    }

    @Test
    void sessions_areFoundBehindOtherSections() {
        ByteArrayOutputStream unknown = new ByteArrayOutputStream();
        unknown.writeBytes(new byte[200]);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(new byte[] {1, 2, 3});
        message.writeBytes(Sections.of('?', unknown));
        message.writeBytes(ReceiptCodec.section(new Receipts(true, List.of())));
        message.writeBytes(SessionEntry.section(List.of(SESSION)));

        assertThat(SessionEntry.find(message.toByteArray(), 3)).containsExactly(SESSION);
        assertThat(ReceiptCodec.find(message.toByteArray(), 3)).isPresent();
        assertThat(SessionEntry.find(message.toByteArray(), message.size())).isEmpty();
    }

    @Test
    void moreThanFit_areIgnored() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] one = SessionEntry.section(List.of(SESSION));
        for (int i = 0; i < 10 * SessionEntry.ENTRIES_MAX; i++) {
            body.write(one, 2, one.length - 2);
        }

        assertThat(SessionEntry.find(Sections.of(SessionEntry.KIND, body), 0)).hasSize(SessionEntry.ENTRIES_MAX);
        assertThatThrownBy(() -> SessionEntry.section(drawn(SessionEntry.ENTRIES_MAX + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void damagedBytes_giveSessionsOrNone_andNothingElse() {
        for (int i = 0; i < 20_000; i++) {
            byte[] section = SessionEntry.section(drawn(1 + random.nextInt(3)));
            int changes = random.nextInt(4);
            for (int change = 0; change < changes; change++) {
                section[random.nextInt(section.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(section, random.nextInt(section.length + 1));

            List<SessionEntry> found = SessionEntry.find(cut, random.nextInt(3));

            assertThat(found.size()).as("seed %d", seed).isLessThanOrEqualTo(SessionEntry.ENTRIES_MAX);
            assertThat(SessionEntry.find(SessionEntry.section(found), 0)).isEqualTo(found);
        }
    }

    @Test
    void randomBytes_giveSessionsOrNone_andNothingElse() {
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 2) {
                bytes[0] = SessionEntry.KIND;
                bytes[1] = (byte) random.nextInt(128);
            }

            assertThat(SessionEntry.find(bytes, 0).size()).as("seed %d", seed).isLessThanOrEqualTo(6);
        }
    }

    @Test
    void text_showsNothing() {
        assertThat(SESSION.toString()).isEqualTo("SessionEntry");
    }
}
