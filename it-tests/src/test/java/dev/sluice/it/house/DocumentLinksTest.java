package dev.sluice.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every relative link in a Markdown file leads to a file, and its fragment to a heading. */
class DocumentLinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
    private static final Pattern SCHEME = Pattern.compile("^[a-z]+:.*");
    private static final Set<String> SKIPPED_FOLDERS = Set.of("target", ".git", ".cifuzz-corpus");

    @Test
    void relativeLinks_resolve() throws IOException {
        List<Path> documents = documents(SourceTree.path(""));

        List<String> broken = new ArrayList<>();
        for (Path document : documents) {
            String text = FENCE.matcher(Files.readString(document)).replaceAll("");
            LINK.matcher(text)
                    .results()
                    .map(link -> link.group(1))
                    .filter(target -> !SCHEME.matcher(target).matches())
                    .filter(target -> !resolves(document, target))
                    .forEach(target -> broken.add(document + ": " + target));
        }

        assertThat(documents).contains(SourceTree.path("README.md"), SourceTree.path("docs/decisions/README.md"));
        assertThat(broken).isEmpty();
    }

    private static boolean resolves(Path document, String target) {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? document : document.resolveSibling(file).normalize();
        if (!Files.exists(path)) {
            return false;
        }
        return hash < 0 || anchors(path).contains(target.substring(hash + 1));
    }

    /** The fragments of a document's headings, formed as GitHub does. */
    private static Set<String> anchors(Path document) {
        Set<String> anchors = new HashSet<>();
        String text;
        try {
            text = FENCE.matcher(Files.readString(document)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HEADING.matcher(text)
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .forEach(anchors::add);
        return anchors;
    }

    private static List<Path> documents(Path root) throws IOException {
        try (Stream<Path> files = Files.find(
                root, 16, (path, attributes) -> path.getFileName().toString().endsWith(".md"))) {
            return files.filter(path -> {
                        for (Path part : root.relativize(path)) {
                            if (SKIPPED_FOLDERS.contains(part.toString())) {
                                return false;
                            }
                        }
                        return true;
                    })
                    .toList();
        }
    }
}
