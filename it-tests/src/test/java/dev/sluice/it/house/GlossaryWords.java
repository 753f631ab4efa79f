package dev.sluice.it.house;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Private words that once named things here. The field has its own terms for them, which a newcomer knows: send and
 * receive, urgent update, idle, remote, unauthenticated, deferred charge, transit delay.
 */
final class GlossaryWords {
    private static final Set<String> AVOIDED = Set.of(
            "tell",
            "tells",
            "told",
            "telling",
            "say",
            "says",
            "said",
            "saying",
            "news",
            "hear",
            "hears",
            "heard",
            "hearing",
            "unheard",
            "hearsay",
            "untold",
            "unsaid",
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
            "missed",
            "blind",
            "blindly",
            "turn",
            "turns",
            "debt",
            "debts",
            "owe",
            "owes",
            "owed",
            "tour",
            "tours",
            "way",
            "ways",
            "passage",
            "passages",
            "arrival",
            "arrivals",
            "notes",
            "waits",
            "who",
            "whom",
            "somebody",
            "doorkeeper");
    private static final List<List<String>> AVOIDED_PHRASES =
            List.of(List.of("put", "off"), List.of("front", "door"), List.of("taken", "leave"), List.of("by", "lot"));

    /** Identifiers that only look like it, each with the reason. */
    private static final Map<String, String> ALLOWED = Map.of();

    private GlossaryWords() {}

    /** Whether a name holds a word that is to be avoided. */
    static boolean isAvoided(String identifier) {
        if (ALLOWED.containsKey(identifier)) {
            return false;
        }
        List<String> words = words(identifier);
        return words.stream().anyMatch(AVOIDED::contains)
                || AVOIDED_PHRASES.stream()
                        .anyMatch(phrase -> java.util.Collections.indexOfSubList(words, phrase) >= 0);
    }

    /** {@code heardUpTo_nanosMAX}: heard, up, to, nanos, max. */
    static List<String> words(String identifier) {
        return Arrays.stream(identifier.split("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_$-]+", -1))
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
    }
}
