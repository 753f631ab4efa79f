package dev.sluice.quota.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The names of the files of a {@link LocalJournal}: each ends with the index of a batch, so their order is that of time. */
final class JournalDirectory {
    static final String TEMPORARY_SUFFIX = ".tmp";
    private static final String LOG = "log-";
    private static final String SNAPSHOT = "snapshot-";
    private static final String INDEX = "%020d";
    private static final int INDEX_DIGITS = 20;

    private final Path path;

    JournalDirectory(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** The log file that begins with that batch. */
    Path log(long index) {
        return path.resolve(LOG + String.format(Locale.ROOT, INDEX, index));
    }

    /** The snapshot of all batches before that one. */
    Path snapshot(long index) {
        return path.resolve(SNAPSHOT + String.format(Locale.ROOT, INDEX, index));
    }

    static long index(Path file) {
        String name = String.valueOf(file.getFileName());
        return Long.parseLong(name.substring(name.length() - INDEX_DIGITS));
    }

    List<Path> logs() throws IOException {
        return files(LOG);
    }

    List<Path> snapshots() throws IOException {
        return files(SNAPSHOT);
    }

    /** The oldest first. */
    private List<Path> files(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(
                            file -> String.valueOf(file.getFileName()).matches(prefix + "\\d{" + INDEX_DIGITS + "}"))
                    .sorted()
                    .toList();
        }
    }

    /** Removes what a crash left half done. */
    void removeTemporaryFiles() throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(path)) {
            left = files.filter(file -> file.toString().endsWith(TEMPORARY_SUFFIX))
                    .toList();
        }
        for (Path file : left) {
            Files.delete(file);
        }
    }

    /** Renames a file that can't be used, so that it is there to be looked at, and not in the way. */
    void setAside(Path file) throws IOException {
        Files.move(file, file.resolveSibling("damaged-" + file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Gives a file that is whole its name, and forces the name to the disk. */
    static void rename(Path temporary, Path file) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
    }
}
