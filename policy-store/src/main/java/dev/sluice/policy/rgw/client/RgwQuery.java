package dev.sluice.policy.rgw.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The parameters of a request, encoded as a signature needs them: sorted, and each byte but unreserved ones escaped. */
final class RgwQuery {
    private static final String HEX = "0123456789ABCDEF";

    private final String text;

    private RgwQuery(String text) {
        this.text = text;
    }

    static RgwQuery of(Map<String, String> parameters) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(parameters).forEach((name, value) -> {
            text.append(text.isEmpty() ? "" : "&");
            encode(name, text);
            encode(value, text.append('='));
        });
        return new RgwQuery(text.toString());
    }

    private static void encode(String value, StringBuilder to) {
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0) {
                to.append(c);
            } else {
                to.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            }
        }
    }

    /** Behind the question mark, and in the signature. */
    @Override
    public String toString() {
        return text;
    }
}
