package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sluice as operators run it: by the {@code sluice} script, with the shipped JVM options, and with sync, metrics, log and
 * timeouts on. Each request meets two limits, the user's and the bucket's.
 */
public final class SidecarLaunch {
    private static final String OPTIONS = "SLUICE_JAVA_OPTS";

    private SidecarLaunch() {}

    /**
     * A build and the options to measure it with.
     *
     * @param name in the report
     * @param home the folder of the {@code sluice} script
     * @param javaOptions added to those of the script
     * @param java the folder of a JDK; none: the one that the script finds
     */
    public record Variant(String name, Path home, String javaOptions, Optional<Path> java) {
        /** Uses the JDK that the script finds. */
        public Variant(String name, Path home, String javaOptions) {
            this(name, home, javaOptions, Optional.empty());
        }

        /** The same under another name. */
        Variant named(String other) {
            return new Variant(other, home, javaOptions, java);
        }

        Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>();
            String inherited = System.getenv().getOrDefault(OPTIONS, "");
            environment.put(OPTIONS, (inherited + " " + javaOptions).strip());
            java.ifPresent(folder -> environment.put("JAVA_HOME", folder.toString()));
            return environment;
        }
    }

    /**
     * Writes the configuration.
     *
     * @param slot 0, 1, 2 ... for variants that run at once
     * @param upstream {@code host:port}
     */
    static ProxyUnderTest.Launch of(Path folder, RunPlacement place, int slot, String upstream, Variant variant)
            throws IOException {
        Path own = Files.createDirectories(folder.resolve(variant.name));
        int base = 30 + 5 * slot;
        String listen = place.address(base);
        Files.writeString(own.resolve("limits.conf"), """
                limits {
                  users {
                    open { read-ops = 1000000/s, write-ops = 1000000/s }
                    shut { read-ops = 1/min, write-ops = 1/min }
                  }
                  each-user   { read-ops = 1000000/s, write-ops = 1000000/s }
                  each-bucket { read-ops = 1000000/s, write-ops = 1000000/s }
                  access-keys { %s = open, %s = shut }
                }
                """.formatted(
                        S3RequestHeaders.ADMITTED_KEY, S3RequestHeaders.REJECTED_KEY));
        Path conf = Files.writeString(own.resolve("sluice.conf"), """
                sluice {
                  node-id = "%s"
                  listen.address = "%s"
                  upstream.address = "%s"
                  sync { listen = "tcp://%s", cluster = bench }
                  admin.address = "%s"
                }
                """.formatted(
                        variant.name, listen, upstream, place.address(base + 1), place.address(base + 2)));
        String script = variant.home.resolve("sluice").toString();
        return new ProxyUnderTest.Launch(
                variant.name, List.of(script, "proxy", "-c", conf.toString()), variant.environment(), listen, listen);
    }

    /** The java command of a running sidecar, as the script built it. */
    static List<String> javaCommand(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        return new ArrayList<>(List.of(line.split("\0", -1)).subList(0, line.split("\0", -1).length - 1));
    }
}
