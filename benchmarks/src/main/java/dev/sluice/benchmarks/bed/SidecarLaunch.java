package dev.sluice.benchmarks.bed;

import dev.sluice.policy.identity.VerifyMode;
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
     * @param verify the setting {@code identity.verify}, with secrets that are learnt from the server behind; none: the
     *     default, without secrets
     */
    public record Variant(
            String name, Path home, String javaOptions, Optional<Path> java, Optional<VerifyMode> verify) {
        /** Of almost all requests of a long run: the secret is known after the first. */
        private static final double PROVEN_MIN = 0.95;

        /** Uses the JDK that the script finds, and the default settings. */
        public Variant(String name, Path home, String javaOptions) {
            this(name, home, javaOptions, Optional.empty(), Optional.empty());
        }

        /** Looks at the credentials of requests in this way. */
        public static Variant verifying(VerifyMode mode, Path home) {
            return new Variant("verify-" + mode.key(), home, "", Optional.empty(), Optional.of(mode));
        }

        /** The same under another name. */
        Variant named(String other) {
            return new Variant(other, home, javaOptions, java, verify);
        }

        /** Whether it is measured for how it looks at credentials. */
        public boolean isProving() {
            return verify.isPresent();
        }

        /** Whether such parts of its requests were proven as the variant is meant to. */
        public boolean hasProven(double bySignature, double byFeedback) {
            return switch (verify.orElse(VerifyMode.OFF)) {
                case AUTO, SIGNATURE -> bySignature >= PROVEN_MIN;
                case FEEDBACK -> byFeedback >= PROVEN_MIN;
                case OFF -> true;
            };
        }

        /** More settings. */
        String settings(Path folder) throws IOException {
            if (verify.isEmpty()) {
                return "";
            }
            Path secret = Files.writeString(folder.resolve("rgw-admin.secret"), S3RequestHeaders.SECRET);
            return """
                    identity.verify = %s
                    rgw-admin { access-key = %s, secret-key-file = "%s", limits = off }
                    """.formatted(verify.get().key(), S3RequestHeaders.ADMITTED_KEY, secret);
        }

        /** For the script. */
        public Map<String, String> environment() {
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
                  %s
                }
                """.formatted(
                        variant.name,
                        listen,
                        upstream,
                        place.address(base + 1),
                        place.address(base + 2),
                        variant.settings(own)));
        String script = variant.home.resolve("sluice").toString();
        return new ProxyUnderTest.Launch(
                variant.name,
                List.of(script, "proxy", "-c", conf.toString()),
                variant.environment(),
                listen,
                listen,
                place.address(base + 2));
    }

    /** The java command of a running sidecar, as the script built it. */
    static List<String> javaCommand(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        return new ArrayList<>(List.of(line.split("\0", -1)).subList(0, line.split("\0", -1).length - 1));
    }
}
