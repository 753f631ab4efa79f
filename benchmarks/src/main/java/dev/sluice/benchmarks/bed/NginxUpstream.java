package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The server behind all proxies: nginx, which serves files and takes PUTs, with headers as radosgw sends them. As RGW's
 * Admin API it knows two users, so that sidecars learn the secrets of their access keys.
 */
final class NginxUpstream {
    private static final Map<String, Long> FILES =
            Map.of("1k", 1L << 10, "4k", 4L << 10, "1m", 1L << 20, "64m", 64L << 20);

    /** The target of a small object. */
    static final String PROBE = "/" + S3RequestHeaders.BUCKET + "/1k";

    private NginxUpstream() {}

    static String address(RunPlacement place) {
        return place.address(0);
    }

    static PinnedProcess start(Path folder, RunPlacement place) throws IOException {
        Path bucket = Files.createDirectories(folder.resolve("files").resolve(S3RequestHeaders.BUCKET));
        for (Map.Entry<String, Long> file : FILES.entrySet()) {
            write(bucket.resolve(file.getKey()), file.getValue());
        }
        String server = """
                    map $args $rgw_user {
                      "~access-key=%s" '%s';
                      default '%s';
                    }
                    server {
                      listen %s backlog=4096;
                      root %s;
                      sendfile on;
                      tcp_nopush on;
                      tcp_nodelay on;
                      open_file_cache max=100;
                      client_max_body_size 0;
                      client_body_buffer_size 128k;
                      dav_methods PUT;
                      default_type binary/octet-stream;
                      add_header x-amz-request-id tx00000ffe0675bcbc5cd31-006b021aa7-1061-default;
                      add_header x-rgw-object-type Normal;
                      location = /admin/user {
                        default_type application/json;
                        return 200 $rgw_user;
                      }
                    }
                """.formatted(
                        S3RequestHeaders.REJECTED_KEY,
                        user("shut", S3RequestHeaders.REJECTED_KEY),
                        user("open", S3RequestHeaders.ADMITTED_KEY),
                        address(place),
                        folder.resolve("files"));
        Path conf = NginxSetup.write(folder, "upstream", server);
        return PinnedProcess.start(folder, "upstream", place.loadCpu(), NginxSetup.command(folder, conf), Map.of());
    }

    private static String user(String uid, String accessKey) {
        return "{\"tenant\":\"\",\"user_id\":\"" + uid + "\",\"suspended\":0,\"keys\":[{\"user\":\"" + uid
                + "\",\"access_key\":\"" + accessKey + "\",\"secret_key\":\"" + S3RequestHeaders.SECRET + "\"}]}";
    }

    /** Zeros: no part of the benchmark looks at the content. */
    private static void write(Path file, long bytes) throws IOException {
        byte[] block = new byte[1 << 20];
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            for (long left = bytes; left > 0; left -= block.length) {
                out.write(block, 0, (int) Math.min(block.length, left));
            }
        }
    }
}
