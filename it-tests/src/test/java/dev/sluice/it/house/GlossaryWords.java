package dev.sluice.it.house;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Private words that are not used in names. The field has its own terms, which a newcomer knows: send and receive, urgent
 * update, idle, remote, unauthenticated, deferred charge, transit delay.
 */
final class GlossaryWords {
    private static final Set<String> AVOIDED = Set.of(
            "tell",
            "tells",
            "told",
            "telling",
            "untold",
            "say",
            "says",
            "said",
            "saying",
            "unsaid",
            "news",
            "hear",
            "hears",
            "heard",
            "hearing",
            "unheard",
            "hearsay",
            "surprise",
            "surprises",
            "surprised",
            "pressing",
            "presses",
            "lots",
            "resting",
            "rests",
            "calm",
            "calmly",
            "tight",
            "elsewhere",
            "stranger",
            "strangers",
            "unbelieved",
            "unlisted",
            "farewell",
            "goodbye",
            "overlook",
            "overlooks",
            "overlooked",
            "blind",
            "blindly",
            "debt",
            "debts",
            "owe",
            "owes",
            "owed",
            "tour",
            "tours",
            "passage",
            "passages",
            "somebody",
            "doorkeeper");
    /** Common words that are fine in the sentence that a test's name is, and unclear as the name of a thing. */
    private static final Set<String> AVOIDED_IN_MAIN =
            Set.of("missed", "turn", "turns", "way", "ways", "arrival", "arrivals", "notes", "waits", "who", "whom");

    private static final List<List<String>> AVOIDED_PHRASES =
            List.of(List.of("put", "off"), List.of("front", "door"), List.of("taken", "leave"), List.of("by", "lot"));

    /** Identifiers that only look like a private word, each with the reason. */
    private static final Map<String, String> ALLOWED =
            Map.of("DEBT", "a value of a setting of limits.conf", "debt", "the same in the file");

    private GlossaryWords() {}

    /** Whether a name of a main file has a word to avoid. */
    static boolean isAvoidedInMain(String identifier) {
        return isAvoided(identifier)
                || !ALLOWED.containsKey(identifier)
                        && words(identifier).stream().anyMatch(AVOIDED_IN_MAIN::contains);
    }

    /** Whether a name of any file has a word to avoid. */
    static boolean isAvoided(String identifier) {
        if (ALLOWED.containsKey(identifier)) {
            return false;
        }
        List<String> words = words(identifier);
        return words.stream().anyMatch(AVOIDED::contains)
                || AVOIDED_PHRASES.stream().anyMatch(phrase -> Collections.indexOfSubList(words, phrase) >= 0);
    }

    /** The words of {@code heardUpTo_NANOS_MAX} are heard, up, to, nanos and max. */
    static List<String> words(String identifier) {
        return Arrays.stream(identifier.split("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_$-]+", -1))
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
    }
}
