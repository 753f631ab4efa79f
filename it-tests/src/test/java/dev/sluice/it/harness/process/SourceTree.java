package dev.sluice.it.harness.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Paths in the source tree, independent of the working directory of the tests. */
public final class SourceTree {
    private static final Path ROOT = root();

    private SourceTree() {}

    public static Path path(String relative) {
        return ROOT.resolve(relative);
    }

    private static Path root() {
        var start = Path.of("").toAbsolutePath();
        for (var folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("it-tests/rgw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no source tree above " + start);
    }
}
