package dev.sluice.it.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A body of 1 GiB passes through a sidecar with a heap of 64 MiB and as much memory for buffers. */
class LargeObjectIT extends S3Fixture {
    private static final long SIZE = 1L << 30;
    private static final int PART = 1 << 16;

    private SidecarProcess sidecar;

    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw();
        sidecar = SidecarSetup.before(backend.endpoints().get(0))
                .jvmFlags("-Xmx64m", "-XX:MaxDirectMemorySize=64m", "-Dio.netty.maxDirectMemory=67108864")
                .start();
        return new S3Target(sidecar.s3(), backend);
    }

    @AfterAll
    void closeSidecar() {
        if (sidecar != null) {
            sidecar.close();
        }
    }

    @Test
    void gibibyte_goesThereAndBack_inSixtyFourMebibytes() throws Exception {
        var sent = put(presignedPut("large"));

        var received = get(presignedGet("large"));

        assertThat(received).isEqualTo(sent);
        assertThat(sidecar.alive()).isTrue();
        s3.deleteObject(b -> b.bucket(bucket).key("large"));
    }

    private static String put(URI uri) throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(SIZE);
        var digest = sha256();
        var random = new SplittableRandom(7);
        var part = new byte[PART];
        try (var out = connection.getOutputStream()) {
            for (long left = SIZE; left > 0; left -= PART) {
                random.nextBytes(part);
                digest.update(part);
                out.write(part);
            }
        }
        assertThat(connection.getResponseCode()).isEqualTo(200);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String get(URI uri) throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        var digest = sha256();
        var part = new byte[PART];
        try (InputStream in = connection.getInputStream()) {
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                digest.update(part, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
