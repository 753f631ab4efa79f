package dev.sluice.proxy.cli;

import dev.sluice.policy.rgw.client.RgwUser;
import dev.sluice.policy.rgw.client.RgwUserParser;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code sluice rgw-user}: makes the user of RGW by whose key a sidecar asks for users and limits, and writes its secret
 * key to a file. The user may read users, buckets and rate limits, and no more. A user that exists gets these capabilities
 * and keeps its key. Where {@code radosgw-admin} can't be run, prints what to run elsewhere. Overwrites nothing and shows no
 * secret.
 */
public final class RgwUserCommand {
    private static final String CAPS = "users=read;buckets=read";
    /** Releases before 17 have no rate limits, and refuse a capability for them. */
    private static final String LIMIT_CAPS = CAPS + ";ratelimit=read";

    private static final int FIRST_WITH_LIMITS = 17;
    private static final Pattern VERSION = Pattern.compile("ceph version (\\d+)\\.");
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9._$@-]{1,128}");
    private static final String FOR_ME = "rw-------";

    private final List<String> admin;
    private final String uid;
    private final Path file;
    private final PrintStream out;
    private final PrintStream err;

    private RgwUserCommand(List<String> admin, String uid, Path file, PrintStream out, PrintStream err) {
        this.admin = admin;
        this.uid = uid;
        this.file = file;
        this.out = out;
        this.err = err;
    }

    /**
     * Makes the user and writes the file, and returns the exit code.
     *
     * @param admin the command {@code radosgw-admin}, perhaps with words before and behind it
     * @param target where the secret key is written
     */
    public static int run(String admin, String uid, String target, PrintStream out, PrintStream err) {
        if (!UID.matcher(uid).matches()) {
            err.println("sluice: no uid: " + uid);
            return Main.BAD_USAGE;
        }
        List<String> words = Arrays.asList(admin.strip().split("\\s+"));
        try {
            Path named = Path.of(target);
            Path file = Files.isDirectory(named) ? named.resolve("rgw-admin.secret") : named;
            return new RgwUserCommand(words, uid, file, out, err).run();
        } catch (InvalidPathException e) {
            err.println("sluice: no path: " + target);
            return Main.BAD_USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.FAILED;
        }
    }

    private int run() throws InterruptedException {
        if (Files.exists(file)) {
            err.println("sluice: " + file + " exists; nothing was done");
            return Main.FAILED;
        }
        ShellOutput version = ShellOutput.of(words("--version"));
        if (!version.isOk()) {
            printCommands(version.problem());
            return Main.FAILED;
        }
        String caps = hasLimits(version.text()) ? LIMIT_CAPS : CAPS;
        ShellOutput user = ShellOutput.of(words("user", "info", "--uid=" + uid));
        ShellOutput made = user.isOk()
                ? ShellOutput.of(words("caps", "add", "--uid=" + uid, "--caps=" + caps))
                : ShellOutput.of(words("user", "create", "--uid=" + uid, "--display-name=Sluice", "--caps=" + caps));
        if (!made.isOk()) {
            err.println("sluice: radosgw-admin failed: " + made.problem());
            return Main.FAILED;
        }
        return write(user.isOk() ? user : made);
    }

    private static boolean hasLimits(String version) {
        Matcher matcher = VERSION.matcher(version);
        return !matcher.find() || Integer.parseInt(matcher.group(1)) >= FIRST_WITH_LIMITS;
    }

    private List<String> words(String... more) {
        List<String> words = new ArrayList<>(admin);
        words.addAll(List.of(more));
        return words;
    }

    private int write(ShellOutput user) {
        try {
            RgwUser read = RgwUserParser.parse(user.json());
            if (read.keys().isEmpty()) {
                err.println("sluice: the user " + uid + " has no key: radosgw-admin key create --uid=" + uid
                        + " --key-type=s3 --gen-access-key --gen-secret");
                return Main.FAILED;
            }
            RgwUser.OwnedKey key = read.keys().get(0);
            write(key);
            printSettings(key.accessKey());
            return Main.OK;
        } catch (FileAlreadyExistsException e) {
            err.println("sluice: " + file + " exists; nothing was written over it");
        } catch (IOException e) {
            err.println("sluice: " + e.getMessage());
        }
        return Main.FAILED;
    }

    /** Never readable by others, not even while it is being written. */
    private void write(RgwUser.OwnedKey key) throws IOException {
        byte[] head = ("# secret key of RGW's user " + uid + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(head, head.length + key.secret().length() + 1);
        key.secret().copyTo(bytes, head.length);
        bytes[bytes.length - 1] = '\n';
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FOR_ME)))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private void printSettings(String accessKey) {
        out.println(
                "secret key: " + file.toAbsolutePath() + " (copy it to every sidecar, readable by the sidecar alone)");
        out.println("in sluice.conf:");
        out.println("  rgw-admin { access-key = \"" + accessKey + "\", secret-key-file = \"" + file.toAbsolutePath()
                + "\" }");
    }

    private void printCommands(String problem) {
        err.println("sluice: " + String.join(" ", admin) + " can't be run here: " + problem);
        out.println("Run this where radosgw-admin works, such as in \"cephadm shell\" or rook's toolbox"
                + " (before release 17 without ;ratelimit=read):");
        out.println(
                "  radosgw-admin user create --uid=" + uid + " --display-name=Sluice --caps=\"" + LIMIT_CAPS + "\"");
        out.println("Write the secret_key that it prints into a file, in one line:");
        out.println("  (umask 077; cat > " + file + ")");
        out.println("In sluice.conf, with the access_key that it prints:");
        out.println("  rgw-admin { access-key = \"...\", secret-key-file = \"" + file.toAbsolutePath() + "\" }");
    }
}
