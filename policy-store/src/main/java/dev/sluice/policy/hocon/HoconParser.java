package dev.sluice.policy.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import dev.sluice.policy.hocon.KeyPositions.TextPosition;
import java.io.File;
import java.net.URL;
import java.util.List;
import java.util.Optional;

/**
 * Parses HOCON text with the HOCON library. The library's messages are replaced: they quote the file, which may hold
 * access keys, and name tokens where an operator needs to know which quote or brace is missing.
 */
final class HoconParser {
    private record Explanation(String libraryText, String message, String hint) {}

    /** In order: the first one whose text is in the library's message applies. */
    private static final List<Explanation> EXPLANATIONS = List.of(
            new Explanation(
                    "unescaped newline", "a quoted text isn't closed", "add the missing \" at the end of the text"),
            new Explanation(
                    "'$' not followed by {",
                    "the character $ needs quotes around it",
                    "put the whole name or value in quotes, such as \"acme$carol\""),
            new Explanation(
                    "Reserved character",
                    "a character with a meaning in HOCON (one of $ \" { } [ ] : = , + # ` ^ ? ! @ * & \\) needs quotes",
                    "put the whole name or value in quotes"),
            new Explanation(
                    "not a valid escape sequence",
                    "a backslash in quotes starts an escape that doesn't exist",
                    "write \\\\ for a backslash"),
            new Explanation(
                    "unbalanced close brace", "this } closes nothing", "remove it, or add the { that is missing"),
            new Explanation(
                    "Cannot concatenate",
                    "an object follows a plain value",
                    "a name with : in it needs quotes, such as \"acme:images\"; else a comma or a new line is missing"),
            new Explanation(
                    "adjacent period",
                    "a dot has no name before or after it",
                    "put a name that has dots in quotes, such as \"www.example.com\""),
            new Explanation("Expecting a value", "a value is missing", "write a value after the =, or remove the key"),
            new Explanation(
                    "file root", "the file is a list", "a configuration file holds keys, such as limits { ... }"),
            new Explanation(
                    "or a comma",
                    "something is left over after a value",
                    "separate keys by a new line or a comma; a value with : or = in it needs quotes"));

    private HoconParser() {}

    /** The tree of a text, substitutions resolved as far as they can be; empty after an error. */
    static Optional<ConfigObject> parse(String text, KeyPositions positions, ProblemCollector problems) {
        if (positions.tooDeep().isPresent()) {
            // the library recurses: it would run out of stack
            problems.errorAt(
                    positions.tooDeep().get(),
                    List.of(),
                    "objects or lists are nested too deeply",
                    "no key needs more than 6 levels");
            return Optional.empty();
        }
        RefusingIncluder includer = new RefusingIncluder();
        ConfigParseOptions options = ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription("config")
                .setIncluder(includer);
        try {
            ConfigObject root = ConfigFactory.parseString(text, options)
                    .resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true))
                    .root();
            if (includer.asked) {
                refuseIncludes(positions, problems);
                return Optional.empty();
            }
            return Optional.of(root);
        } catch (ConfigException e) {
            explain(e, positions, problems);
        } catch (StackOverflowError e) {
            problems.error(List.of(), 1, "this text is too complex", "use fewer substitutions");
        }
        return Optional.empty();
    }

    private static void refuseIncludes(KeyPositions positions, ProblemCollector problems) {
        List<TextPosition> places = positions.includes().isEmpty() ? List.of(TextPosition.START) : positions.includes();
        for (TextPosition place : places) {
            problems.errorAt(
                    place,
                    List.of(),
                    "include isn't supported",
                    "write everything into this file: changes of an included file would not be noticed");
        }
    }

    private static void explain(ConfigException e, KeyPositions positions, ProblemCollector problems) {
        int line = e.origin() == null ? 1 : Math.max(1, e.origin().lineNumber());
        String text = String.valueOf(e.getMessage());
        if (e instanceof ConfigException.UnresolvedSubstitution) {
            problems.error(List.of(), line, "substitutions form a circle", "give one of the keys a value of its own");
            return;
        }
        if (text.contains("end of file") && positions.unclosed().isPresent()) {
            problems.errorAt(
                    positions.unclosed().get(),
                    List.of(),
                    "what is opened here is never closed",
                    "add the missing } or ]");
            return;
        }
        for (Explanation explanation : EXPLANATIONS) {
            if (text.contains(explanation.libraryText)) {
                problems.error(List.of(), line, explanation.message, explanation.hint);
                return;
            }
        }
        problems.error(
                List.of(),
                line,
                "this isn't HOCON",
                "look at this line and the one before: a brace, a quote or a comma is missing or too many");
    }

    /** Refuses every include: no other file is read and no URL is opened. */
    private static final class RefusingIncluder
            implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
        private boolean asked;

        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            return this;
        }

        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            return refuse();
        }

        @Override
        public ConfigObject includeFile(ConfigIncludeContext context, File what) {
            return refuse();
        }

        @Override
        public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
            return refuse();
        }

        @Override
        public ConfigObject includeResources(ConfigIncludeContext context, String what) {
            return refuse();
        }

        private ConfigObject refuse() {
            asked = true;
            return ConfigFactory.empty().root();
        }
    }
}
