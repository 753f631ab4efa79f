package dev.sluice.it.harness.sidecar;

import dev.sluice.it.harness.net.WireHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/** Reads usage and peers from a sidecar's admin port. */
public final class AdminPort {
    private static final Pattern LIVE = Pattern.compile("\"state\":\"live\"");
    private static final Pattern INCARNATION = Pattern.compile("\"incarnation\":\"([0-9a-f]{16})\"");

    private AdminPort() {}

    public static String usage(SidecarProcess sidecar) {
        return body(sidecar, "/api/v1/usage");
    }

    public static String peers(SidecarProcess sidecar) {
        return body(sidecar, "/api/v1/peers");
    }

    /** The body of {@code /ready}. */
    public static String ready(SidecarProcess sidecar) {
        return body(sidecar, "/ready");
    }

    /** The value of a metric without labels. */
    public static double metric(SidecarProcess sidecar, String name) {
        return body(sidecar, "/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    public static long livePeers(SidecarProcess sidecar) {
        return LIVE.matcher(peers(sidecar)).results().count();
    }

    /** The number of incarnations of peers that it remembers. */
    static long knownIncarnations(SidecarProcess sidecar) {
        return INCARNATION.matcher(peers(sidecar)).results().distinct().count();
    }

    private static String body(SidecarProcess sidecar, String path) {
        try {
            return WireHttpClient.get(sidecar.admin().resolve(path)).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
