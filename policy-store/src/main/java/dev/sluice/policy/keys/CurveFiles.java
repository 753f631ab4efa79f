package dev.sluice.policy.keys;

import dev.sluice.common.Z85;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ProblemTexts;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files that hold the keys of the bus.
 *
 * @param secretKeyFile holds this sidecar's secret key, one line of Z85
 * @param allowedKeysDir its {@code *.pub} files hold public keys, one a line; other files in it are ignored
 */
public record CurveFiles(Path secretKeyFile, Path allowedKeysDir) {
    /** The setting that names the file of the secret key. */
    public static final String SECRET_KEY_FILE = "secret-key-file";
    /** The setting that names the directory of public keys. */
    public static final String ALLOWED_KEYS_DIR = "allowed-keys-dir";
    /** Ends the names of files that hold public keys. */
    public static final String PUBLIC_SUFFIX = ".pub";

    private static final String SECTION = "sync.curve.";
    private static final int FILE_BYTES_MAX = 64 << 10;
    private static final int FILES_MAX = 4_096;
    private static final int KEYS_MAX = 4_096;
    private static final String MAKE_ONE = "make one with: sluice keygen";

    /** Reads all files, as far as they can be used. Blocks on the disk. */
    public CurveReading read() {
        List<ConfigProblem> problems = new ArrayList<>();
        Optional<CurveKeyPair> own = own(problems);
        Optional<List<String>> allowed = allowed(problems);
        if (own.isPresent()
                && allowed.isPresent()
                && !allowed.get().contains(own.get().publicKey())) {
            problems.add(error(
                    ALLOWED_KEYS_DIR,
                    ProblemTexts.quote(allowedKeysDir.toString()) + " does not list this sidecar's own public key, "
                            + own.get().publicKey(),
                    "put it there as a line of a " + PUBLIC_SUFFIX + " file, and on all other sidecars too"));
        }
        return new CurveReading(own, allowed, problems);
    }

    private Optional<CurveKeyPair> own(List<ConfigProblem> problems) {
        String name = ProblemTexts.quote(secretKeyFile.toString()) + ": ";
        FileContent content = FileContent.read(secretKeyFile, FILE_BYTES_MAX);
        if (content instanceof FileContent.Unreadable unreadable) {
            problems.add(error(SECRET_KEY_FILE, name + unreadable.message(), unreadable.hint()));
            return Optional.empty();
        }
        List<String> lines = lines((FileContent.Bytes) content);
        Optional<CurveKeyPair> pair = lines.size() == 1 ? CurveKeyPair.ofSecret(lines.get(0)) : Optional.empty();
        if (pair.isEmpty()) {
            problems.add(error(
                    SECRET_KEY_FILE,
                    name + "it doesn't hold one secret key: one line of " + Z85.KEY_CHARS + " characters of Z85",
                    MAKE_ONE));
        }
        if (isOpenToOthers()) {
            problems.add(ConfigProblem.ofSetting(
                    Severity.WARNING, SECTION + SECRET_KEY_FILE, name + "others may read it", "chmod 600 it"));
        }
        return pair;
    }

    private static ConfigProblem error(String key, String message, String hint) {
        return ConfigProblem.ofSetting(Severity.ERROR, SECTION + key, message, hint);
    }

    private boolean isOpenToOthers() {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(secretKeyFile);
            return permissions.contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private Optional<List<String>> allowed(List<ConfigProblem> problems) {
        TreeMap<String, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(allowedKeysDir, "*" + PUBLIC_SUFFIX)) {
            for (Path file : found) {
                files.put(file.toString(), file);
                if (files.size() > FILES_MAX) {
                    problems.add(tooMany("more than " + FILES_MAX + " files", "at most " + FILES_MAX));
                    return Optional.empty();
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            problems.add(error(
                    ALLOWED_KEYS_DIR,
                    ProblemTexts.quote(allowedKeysDir.toString()) + " is no directory that can be read",
                    "name one that holds the public keys of all sidecars, *" + PUBLIC_SUFFIX));
            return Optional.empty();
        }
        Set<String> keys = new LinkedHashSet<>();
        for (Path file : files.values()) {
            keys.addAll(keysOf(file, problems));
            if (keys.size() > KEYS_MAX) {
                problems.add(tooMany("more than " + KEYS_MAX + " keys", "at most " + KEYS_MAX));
                return Optional.empty();
            }
        }
        return Optional.of(List.copyOf(keys));
    }

    private ConfigProblem tooMany(String what, String hint) {
        return error(ALLOWED_KEYS_DIR, ProblemTexts.quote(allowedKeysDir.toString()) + " has " + what, hint);
    }

    private static List<String> keysOf(Path file, List<ConfigProblem> problems) {
        String name = ProblemTexts.quote(file.toString()) + ": ";
        FileContent content = FileContent.read(file, FILE_BYTES_MAX);
        if (content instanceof FileContent.Unreadable unreadable) {
            problems.add(error(ALLOWED_KEYS_DIR, name + unreadable.message(), unreadable.hint()));
            return List.of();
        }
        List<String> lines = lines((FileContent.Bytes) content);
        if (lines.isEmpty() || lines.stream().anyMatch(line -> Z85.decode(line).isEmpty())) {
            problems.add(error(
                    ALLOWED_KEYS_DIR,
                    name + "not every line of it is a public key: " + Z85.KEY_CHARS + " characters of Z85",
                    "put what sluice keygen wrote into it, or take it away"));
            return List.of();
        }
        return lines;
    }

    /** Lines without comments and empty lines. '#' is a digit of Z85, so a comment is a line that starts with "# ". */
    private static List<String> lines(FileContent.Bytes content) {
        return content.text()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.equals("#") && !line.startsWith("# "))
                .toList();
    }
}
