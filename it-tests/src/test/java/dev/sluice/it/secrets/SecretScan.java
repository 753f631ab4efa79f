package dev.sluice.it.secrets;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for secrets in what a run has left behind: as they are, cut, and in the encodings in which a log or a file may have
 * them. Texts are looked at as bytes, a character each.
 */
final class SecretScan {
    private static final int CUT_CHARS = 12;
    private static final int SHOWN_CHARS = 60;
    /** Nothing that is looked for is shorter. */
    private static final int BEGIN_CHARS = Long.BYTES;

    /** By what is looked for: whose it is, and in which form. */
    private final Map<String, String> needles = new LinkedHashMap<>();

    private final Map<String, String> places = new LinkedHashMap<>();

    /** Nothing that is found from now on may hold this text. */
    void hide(String name, String secret) {
        if (secret.length() < BEGIN_CHARS) {
            throw new IllegalArgumentException(name + " is so short that it may be found by chance");
        }
        needle(name, "as it is", secret);
        if (secret.length() >= 2 * CUT_CHARS) {
            needle(name, "cut behind", secret.substring(0, CUT_CHARS));
            needle(name, "cut before", secret.substring(secret.length() - CUT_CHARS));
        }
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        needle(name, "in hexadecimal", HexFormat.of().formatHex(bytes));
        needle(name, "in hexadecimal", HexFormat.of().withUpperCase().formatHex(bytes));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String standard = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            // The first digits depend on what is before, the last on what is behind.
            String inner = standard.substring((before * 8 + 5) / 6, standard.length() - 1);
            needle(name, "in base64", inner);
            needle(name, "in base64", inner.replace('+', '-').replace('/', '_'));
        }
        needle(name, "encoded for a URL", URLEncoder.encode(secret, StandardCharsets.UTF_8));
        needle(name, "encoded for XML", secret.replace("&", "&amp;").replace("<", "&lt;"));
        needle(name, "backwards", new StringBuilder(secret).reverse().toString());
    }

    private void needle(String name, String form, String text) {
        needles.putIfAbsent(text, name + ", " + form);
    }

    /** Adds something that the run has written. */
    void add(String place, String text) {
        places.merge(place, text, (before, more) -> before + "\n" + more);
    }

    void add(String place, byte[] bytes) {
        add(place, new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** What was written in a place; empty: nothing. */
    String written(String place) {
        return places.getOrDefault(place, "");
    }

    List<String> places() {
        return List.copyOf(places.keySet());
    }

    /** Each secret that was found: whose it is, its form, the place, and what is around it. Takes time linear in the texts. */
    List<String> findings() {
        Map<Long, List<String>> byBegin = new HashMap<>();
        BitSet begins = new BitSet();
        for (String needle : needles.keySet()) {
            long begin = 0;
            for (int i = 0; i < BEGIN_CHARS; i++) {
                begin = begin << Byte.SIZE | needle.charAt(i) & 0xFF;
            }
            byBegin.computeIfAbsent(begin, key -> new ArrayList<>()).add(needle);
            begins.set(slot(begin));
        }
        List<String> findings = new ArrayList<>();
        places.forEach((place, text) -> {
            Set<String> found = new HashSet<>();
            long begin = 0;
            for (int i = 0; i < text.length(); i++) {
                begin = begin << Byte.SIZE | text.charAt(i) & 0xFF;
                if (begins.get(slot(begin))) {
                    int at = i - BEGIN_CHARS + 1;
                    for (String needle : byBegin.getOrDefault(begin, List.of())) {
                        if (text.startsWith(needle, at) && found.add(needle)) {
                            findings.add(
                                    needles.get(needle) + ": in " + place + ": ..." + around(text, at, needle) + "...");
                        }
                    }
                }
            }
        });
        return findings;
    }

    private static int slot(long begin) {
        return (int) (begin * 0x9E3779B97F4A7C15L >>> 44);
    }

    private static String around(String text, int at, String needle) {
        int from = Math.max(0, at - SHOWN_CHARS);
        return text.substring(from, Math.min(text.length(), at + needle.length() + SHOWN_CHARS));
    }
}
