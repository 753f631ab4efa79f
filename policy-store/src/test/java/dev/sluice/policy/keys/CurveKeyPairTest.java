package dev.sluice.policy.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Z85;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CurveKeyPairTest {
    /** ZeroMQ's own examples, of its page on CURVE. */
    private static final String CLIENT_PUBLIC = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";

    private static final String CLIENT_SECRET = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
    private static final String SERVER_PUBLIC = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
    private static final String SERVER_SECRET = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

    @Test
    void publicKey_followsFromTheSecret() {
        assertThat(CurveKeyPair.ofSecret(CLIENT_SECRET)).contains(new CurveKeyPair(CLIENT_PUBLIC, CLIENT_SECRET));
        assertThat(CurveKeyPair.ofSecret(SERVER_SECRET)).contains(new CurveKeyPair(SERVER_PUBLIC, SERVER_SECRET));
    }

    @Test
    void generated_areDifferentAndShowNoSecret() {
        CurveKeyPair one = CurveKeyPair.generate(new SecureRandom());
        CurveKeyPair other = CurveKeyPair.generate(new SecureRandom());

        assertThat(one).isNotEqualTo(other);
        assertThat(one.toString()).contains(one.publicKey()).doesNotContain(one.secretKey());
    }

    @Test
    void z85_isAsInTheSpecification() {
        byte[] key = HexFormat.of().parseHex("bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518");

        assertThat(Z85.encode(key)).isEqualTo(CLIENT_PUBLIC);
        assertThat(Z85.decode(CLIENT_PUBLIC)).contains(key);
    }

    @Test
    void z85_roundTripsAndRefusesTheRest() {
        Random random = new Random(1);
        byte[] key = new byte[Z85.KEY_BYTES];
        for (int i = 0; i < 1_000; i++) {
            random.nextBytes(key);
            assertThat(Z85.decode(Z85.encode(key))).contains(key);
        }
        Arrays.fill(key, (byte) 0xff);

        assertThat(Z85.decode(Z85.encode(key))).contains(key);
        assertThat(Z85.decode("#".repeat(Z85.KEY_CHARS))).isEmpty();
        assertThat(Z85.decode("0".repeat(Z85.KEY_CHARS - 1) + " ")).isEmpty();
        assertThat(Z85.decode("0".repeat(Z85.KEY_CHARS - 1))).isEmpty();
        assertThat(Z85.decode("")).isEmpty();
    }
}
