package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.FileContent;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The names of sidecars. */
public final class NodeNames {
    static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._:@-]{0,252}|");

    private NodeNames() {}

    /** The default name: the environment's {@code HOSTNAME}, else the machine's name, else {@code sluice}. */
    public static String ofThisMachine() {
        String name = System.getenv("HOSTNAME");
        if (name == null || name.isEmpty()) {
            FileContent content = FileContent.read(Path.of("/proc/sys/kernel/hostname"), 256);
            name = content instanceof FileContent.Bytes bytes ? bytes.text().strip() : "";
        }
        return !name.isEmpty() && ALLOWED.matcher(name).matches() ? name : "sluice";
    }
}
