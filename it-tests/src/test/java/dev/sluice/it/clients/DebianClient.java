package dev.sluice.it.clients;

import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.s3.S3Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * An S3 client of the shell: its command for each operation. Placeholders in the templates: CONF (its configuration file),
 * URL (the endpoint), BUCKET, KEY and FILE.
 *
 * @param environment added to an environment without the user's own configuration
 * @param conf the content of its configuration file
 */
record DebianClient(
        Map<String, String> environment,
        String conf,
        String makeBucket,
        String upload,
        String download,
        String list,
        String presign,
        String delete) {
    DebianClient {
        environment = Map.copyOf(environment);
    }

    /** A Python script that uses boto3, or any client of the same variables. May be changed. */
    static Map<String, String> boto3Environment(S3Credentials keys, Path home) {
        var all = new HashMap<>(cleanEnvironment(home));
        all.putAll(awsEnvironment(keys));
        return all;
    }

    private static Map<String, String> awsEnvironment(S3Credentials keys) {
        return Map.of(
                "AWS_ACCESS_KEY_ID",
                keys.accessKey(),
                "AWS_SECRET_ACCESS_KEY",
                keys.secretKey(),
                "AWS_DEFAULT_REGION",
                "default",
                "AWS_EC2_METADATA_DISABLED",
                "true");
    }

    static DebianClient awscli(S3Credentials keys) {
        return new DebianClient(
                awsEnvironment(keys),
                "",
                "/usr/bin/aws --endpoint-url URL s3 mb s3://BUCKET",
                "/usr/bin/aws --endpoint-url URL s3 cp --no-progress FILE s3://BUCKET/KEY",
                "/usr/bin/aws --endpoint-url URL s3 cp --no-progress s3://BUCKET/KEY FILE",
                "/usr/bin/aws --endpoint-url URL s3 ls --recursive s3://BUCKET/",
                "/usr/bin/aws --endpoint-url URL s3 presign s3://BUCKET/KEY",
                "/usr/bin/aws --endpoint-url URL s3 rm s3://BUCKET/KEY");
    }

    static DebianClient s3cmd(S3Credentials keys, URI endpoint) {
        var conf = """
                [default]
                access_key = %s
                secret_key = %s
                host_base = %s
                host_bucket = %s
                use_https = False
                multipart_chunk_size_mb = 8
                """.formatted(keys.accessKey(), keys.secretKey(), endpoint.getAuthority(), endpoint.getAuthority());
        return new DebianClient(
                Map.of(),
                conf,
                "/usr/bin/s3cmd -c CONF mb s3://BUCKET",
                "/usr/bin/s3cmd -c CONF --no-progress put FILE s3://BUCKET/KEY",
                "/usr/bin/s3cmd -c CONF --no-progress --force get s3://BUCKET/KEY FILE",
                "/usr/bin/s3cmd -c CONF ls --recursive s3://BUCKET",
                "/usr/bin/s3cmd -c CONF signurl s3://BUCKET/KEY +600",
                "/usr/bin/s3cmd -c CONF del s3://BUCKET/KEY");
    }

    static DebianClient rclone(S3Credentials keys, URI endpoint) {
        var conf = """
                [bed]
                type = s3
                provider = Ceph
                access_key_id = %s
                secret_access_key = %s
                endpoint = %s
                upload_cutoff = 8Mi
                chunk_size = 8Mi
                """.formatted(keys.accessKey(), keys.secretKey(), endpoint);
        return new DebianClient(
                Map.of(),
                conf,
                "/usr/bin/rclone --config CONF mkdir bed:BUCKET",
                "/usr/bin/rclone --config CONF copyto FILE bed:BUCKET/KEY",
                "/usr/bin/rclone --config CONF copyto bed:BUCKET/KEY FILE",
                "/usr/bin/rclone --config CONF lsf -R bed:BUCKET",
                "/usr/bin/rclone --config CONF link --expire 10m bed:BUCKET/KEY",
                "/usr/bin/rclone --config CONF deletefile bed:BUCKET/KEY");
    }

    /** The commands of a client for one object. */
    final class Session {
        private final Map<String, String> words = new HashMap<>();
        private final Map<String, String> sessionEnvironment = new HashMap<>();

        Session(Path home, URI endpoint, String bucket, String key) {
            var confFile = home.resolve("conf-" + bucket);
            try {
                Files.writeString(confFile, conf);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            words.putAll(Map.of("CONF", confFile.toString(), "URL", endpoint.toString(), "BUCKET", bucket, "KEY", key));
            sessionEnvironment.putAll(environment);
            sessionEnvironment.putAll(cleanEnvironment(home));
        }

        String run(String template) {
            return run(template, Path.of("unused"));
        }

        /** Runs a command; fails the test with the client's output if it fails. */
        String run(String template, Path file) {
            var filled = template.split(" ");
            for (int i = 0; i < filled.length; i++) {
                filled[i] = filled[i].replace("FILE", file.toString());
                for (var word : words.entrySet()) {
                    filled[i] = filled[i].replace(word.getKey(), word.getValue());
                }
            }
            return ShellCommand.of(filled).onlyWith(sessionEnvironment).output();
        }
    }

    /** A temporary home folder, so that only the given configuration is found. */
    private static Map<String, String> cleanEnvironment(Path home) {
        return Map.of("HOME", home.toString(), "LC_ALL", "C.UTF-8");
    }
}
