package dev.sluice.it.rgw;

import dev.sluice.common.HostPort;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.rgw.client.RgwAdminClient;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.proxy.cli.RgwUserCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The admin user of a test bed, made by {@code sluice rgw-user}, and what sidecars need of it. */
public final class RgwAdminAccess {
    private static final Pattern ACCESS_KEY = Pattern.compile("access-key = \"([^\"]+)\"");

    private final String accessKey;
    private final Path secretFile;

    private RgwAdminAccess(String accessKey, Path secretFile) {
        this.accessKey = accessKey;
        this.secretFile = secretFile;
    }

    public static RgwAdminAccess make(RgwTestBed bed, Path folder) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var file = folder.resolve("rgw-admin.secret");
        int code = RgwUserCommand.run(
                bed.adminCommand(),
                "sluice",
                file.toString(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        Matcher matcher = ACCESS_KEY.matcher(out.toString(StandardCharsets.UTF_8));
        if (code != 0 || !matcher.find()) {
            throw new IllegalStateException("rgw-user: " + code + " " + err.toString(StandardCharsets.UTF_8));
        }
        return new RgwAdminAccess(matcher.group(1), file);
    }

    public String accessKey() {
        return accessKey;
    }

    /** The file that holds the secret key. */
    public Path secretFile() {
        return secretFile;
    }

    /** The section of sluice.conf. */
    public String config(String more) {
        return "sluice.rgw-admin { access-key = \"" + accessKey + "\", secret-key-file = \"" + secretFile + "\", "
                + more + " }";
    }

    /** A client of a gateway with any key. */
    static RgwAdminClient client(URI gateway, String accessKey, String secret) {
        return new RgwAdminClient(
                new RgwAdminSettings(
                        new HostPort(gateway.getHost(), gateway.getPort()),
                        Optional.empty(),
                        gateway.getAuthority(),
                        "admin",
                        accessKey,
                        Path.of("no-such-file"),
                        SecretKey.of(secret),
                        Duration.ofSeconds(30),
                        50,
                        RgwAdminSettings.RgwLimits.DEFAULT),
                System::currentTimeMillis);
    }
}
