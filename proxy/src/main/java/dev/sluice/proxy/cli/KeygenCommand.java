package dev.sluice.proxy.cli;

import dev.sluice.policy.keys.CurveFiles;
import dev.sluice.policy.keys.CurveKeyPair;
import dev.sluice.policy.settings.NodeNames;
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
import java.security.SecureRandom;
import java.util.Set;

/**
 * {@code sluice keygen}: makes the keys of one sidecar, a secret file and a public one beside it. Overwrites nothing and
 * shows no secret.
 */
public final class KeygenCommand {
    private static final String SECRET_SUFFIX = ".key";
    private static final String FOR_ME = "rw-------";
    private static final String FOR_ALL = "rw-r--r--";

    private KeygenCommand() {}

    /**
     * Writes the files, and returns the exit code.
     *
     * @param target a directory, in which the files are named after the machine, or the secret file; empty: here
     */
    public static int run(String target, PrintStream out, PrintStream err) {
        Path secretFile;
        try {
            Path named = Path.of(target);
            secretFile = Files.isDirectory(named) ? named.resolve(NodeNames.ofThisMachine() + SECRET_SUFFIX) : named;
        } catch (InvalidPathException e) {
            err.println("sluice: no path: " + target);
            return Main.BAD_USAGE;
        }
        Path publicFile = publicFile(secretFile);
        if (Files.exists(publicFile)) {
            err.println("sluice: " + publicFile + " exists; nothing was written");
            return Main.FAILED;
        }
        CurveKeyPair pair = CurveKeyPair.generate(new SecureRandom());
        try {
            write(secretFile, "# Secret key of a sidecar, for sync.curve.secret-key-file\n" + pair.secretKey(), FOR_ME);
            write(
                    publicFile,
                    "# Public key of the sidecar " + NodeNames.ofThisMachine() + "\n" + pair.publicKey(),
                    FOR_ALL);
        } catch (FileAlreadyExistsException e) {
            err.println("sluice: " + e.getFile() + " exists; nothing was written over it");
            return Main.FAILED;
        } catch (IOException e) {
            err.println("sluice: can't write: " + e);
            return Main.FAILED;
        }
        out.println("secret key: " + secretFile + " (keep it on this machine: sync.curve.secret-key-file)");
        out.println("public key: " + publicFile + " (copy it into sync.curve.allowed-keys-dir of every sidecar)");
        out.println("            " + pair.publicKey());
        return Main.OK;
    }

    private static Path publicFile(Path secretFile) {
        String name = String.valueOf(secretFile.getFileName());
        String bare = name.endsWith(SECRET_SUFFIX) ? name.substring(0, name.length() - SECRET_SUFFIX.length()) : name;
        return secretFile.resolveSibling(bare + CurveFiles.PUBLIC_SUFFIX);
    }

    /** Never readable by others, not even while it is being written. */
    private static void write(Path file, String text, String permissions) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
            ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
