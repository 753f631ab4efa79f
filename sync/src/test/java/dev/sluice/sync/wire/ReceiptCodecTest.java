package dev.sluice.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReceiptCodecTest {
    private static final int BEGIN = 7;

    private static byte[] message(byte[]... sections) {
        byte[] message = new byte[BEGIN];
        for (byte[] section : sections) {
            int end = message.length;
            message = Arrays.copyOf(message, end + section.length);
            System.arraycopy(section, 0, message, end, section.length);
        }
        return message;
    }

    @Test
    void receipts_comeBackAsTheyWere_behindOtherSections() {
        SplittableRandom random = new SplittableRandom(1);
        for (int count = 0; count <= Receipts.PEERS_MAX; count++) {
            List<Receipt> list = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long received = random.nextLong(1, 1L << (1 + random.nextInt(50)));
                list.add(new Receipt(
                        random.nextLong(), received, random.nextBoolean() ? 0 : random.nextLong(received) + 1));
            }
            Receipts receipts = new Receipts(count == 0 || random.nextBoolean(), list);
            byte[] section = ReceiptCodec.section(receipts);

            assertThat(section.length).isLessThanOrEqualTo(ReceiptCodec.SECTION_BYTES_MAX);
            assertThat(ReceiptCodec.find(message(new byte[] {'?', 2, 1, 1}, section, new byte[] {'!', 0}), BEGIN))
                    .contains(receipts);
        }
    }

    @Test
    void nothingToSend_takesNoBytes() {
        assertThat(ReceiptCodec.section(Receipts.NONE)).isEmpty();
        assertThat(ReceiptCodec.find(message(), BEGIN)).isEmpty();
    }

    @Test
    void damagedSections_areIgnored() {
        SplittableRandom random = new SplittableRandom(2);
        byte[] whole = message(ReceiptCodec.section(new Receipts(true, List.of(new Receipt(5, 900_000, 800_000)))));
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(BEGIN, whole.length + 20));
            for (int j = random.nextInt(4); j > 0 && damaged.length > BEGIN; j--) {
                damaged[random.nextInt(BEGIN, damaged.length)] = (byte) random.nextInt(256);
            }

            assertThat(ReceiptCodec.find(damaged, BEGIN)).isNotNull();
        }
        assertThat(ReceiptCodec.find(Arrays.copyOf(whole, whole.length - 1), BEGIN))
                .isEmpty();
    }
}
