package dev.sluice.it.house;

import dev.sluice.it.harness.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All Java files of the repository, main and test. */
final class SourceFiles {
    private static final List<String> MODULES = List.of(
            "common", "limits", "sync", "policy-store", "quota", "proxy", "simulate", "demo", "benchmarks", "it-tests");

    private SourceFiles() {}

    /** Sorted by path. */
    static List<SourceFile> all() {
        return MODULES.stream().flatMap(SourceFiles::of).toList();
    }

    /** Those that end up in a jar, without the package-infos. */
    static List<SourceFile> main() {
        return all().stream()
                .filter(file -> file.isMain() && !file.isPackageInfo())
                .toList();
    }

    private static Stream<SourceFile> of(String module) {
        Path root = SourceTree.path(module + "/src");
        try (Stream<Path> paths = Files.walk(root)) {
            return paths
                    .filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .map(path -> SourceFile.read(SourceTree.path(""), path))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
