package dev.sluice.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A scan that finds nothing would prove nothing. */
class SecretScanTest {
    private static final String SECRET = "wJalrXUtn/FEMI+K7MDENG/bPxRfiCY==&";
    private static final byte[] BYTES = SECRET.getBytes(StandardCharsets.UTF_8);

    static List<String> leaks() {
        return List.of(
                SECRET,
                SECRET.substring(0, 15) + "...",
                "..." + SECRET.substring(19),
                HexFormat.of().formatHex(BYTES),
                HexFormat.of().withUpperCase().formatHex(("GET " + SECRET).getBytes(StandardCharsets.UTF_8)),
                Base64.getEncoder().encodeToString(BYTES),
                Base64.getUrlEncoder().encodeToString(("x" + SECRET + "y").getBytes(StandardCharsets.UTF_8)),
                Base64.getEncoder().encodeToString(("xy" + SECRET + "yz").getBytes(StandardCharsets.UTF_8)),
                Base64.getEncoder().encodeToString(("xyz" + SECRET).getBytes(StandardCharsets.UTF_8)),
                URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
                SECRET.replace("&", "&amp;"));
    }

    @ParameterizedTest
    @MethodSource("leaks")
    void secret_isFound_inEachForm(String leak) {
        SecretScan scan = new SecretScan();
        scan.hide("the secret", SECRET);
        scan.add("the log", "a line\nbefore " + leak + " and behind\n");

        assertThat(scan.findings())
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found).contains("the secret", "the log"));
    }

    @Test
    void otherText_isNoFinding() {
        SecretScan scan = new SecretScan();
        scan.hide("the secret", SECRET);
        scan.add("the log", "wJalrXU and nothing else: " + HexFormat.of().formatHex(new byte[40]));

        assertThat(scan.findings()).isEmpty();
    }
}
