package dev.sluice.policy.keys;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the blocks of a PEM file (RFC 7468). Text between the blocks is ignored. */
final class PemParser {
    /**
     * One block.
     *
     * @param label the word after BEGIN, such as {@code CERTIFICATE}
     * @param base64 the content
     * @param isEncrypted whether a passphrase is needed
     */
    record Block(String label, String base64, boolean isEncrypted) {
        static final String CERTIFICATE = "CERTIFICATE";
        static final String PKCS8 = "PRIVATE KEY";

        boolean isCertificate() {
            return label.equals(CERTIFICATE);
        }

        boolean isPrivateKey() {
            return label.endsWith(PKCS8);
        }

        /** The decoded content; empty if it isn't base64. */
        byte[] der() {
            try {
                return Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                return new byte[0];
            }
        }

        /** Holds a secret. */
        @Override
        public String toString() {
            return label;
        }
    }

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
    /** Fields of a block in the manner of RFC 1421, as OpenSSL writes them above an encrypted key. */
    private static final Pattern FIELD = Pattern.compile("(?m)^[A-Za-z0-9-]+:.*$");

    private PemParser() {}

    /** The blocks in the order of the text. A block without an end is ignored. */
    static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(text);
        int from = 0;
        while (begin.find(from)) {
            String label = begin.group(1);
            int end = text.indexOf("-----END " + label + "-----", begin.end());
            if (end < 0) {
                break;
            }
            String inner = text.substring(begin.end(), end);
            boolean isEncrypted = label.startsWith("ENCRYPTED ") || inner.contains("ENCRYPTED");
            blocks.add(new Block(label, FIELD.matcher(inner).replaceAll("").replaceAll("\\s", ""), isEncrypted));
            from = end;
        }
        return blocks;
    }
}
