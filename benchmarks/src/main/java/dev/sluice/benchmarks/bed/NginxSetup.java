package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The configuration of nginx: one worker, and as a proxy a request limit by access key. */
final class NginxSetup {
    private NginxSetup() {}

    static List<String> command(Path folder, Path conf) {
        return List.of("nginx", "-e", "stderr", "-p", folder.toString(), "-c", conf.toString());
    }

    /** Writes a configuration with one worker and the given content of {@code http}. */
    static Path write(Path folder, String name, String http) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve(name + "-tmp"));
        String user = "root".equals(System.getProperty("user.name")) ? "user root;" : "";
        return Files.writeString(folder.resolve(name + ".conf"), """
                %s
                daemon off;
                worker_processes 1;
                pid %s/nginx.pid;
                events { worker_connections 4096; }
                http {
                    access_log off;
                    keepalive_timeout 75s;
                    keepalive_requests 1000000000;
                    client_body_temp_path %s/body;
                    proxy_temp_path %s/proxy;
                    fastcgi_temp_path %s/fastcgi;
                    uwsgi_temp_path %s/uwsgi;
                    scgi_temp_path %s/scgi;
                %s}
                """.formatted(
                        user, temporary, temporary, temporary, temporary, temporary, temporary, http));
    }

    /** A reverse proxy that limits requests by access key. */
    static ProxyUnderTest.Launch proxy(Path folder, RunPlacement place) throws IOException {
        String open = place.address(20);
        String closed = place.address(21);
        String server = """
                    server {
                      listen %s backlog=4096;
                      tcp_nodelay on;
                      client_max_body_size 0;
                      limit_req zone=%s;
                      limit_req_status 503;
                      location / {
                        proxy_pass http://rgw;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_request_buffering off;
                        proxy_max_temp_file_size 0;
                        proxy_connect_timeout 2s;
                        proxy_read_timeout 60s;
                      }
                    }
                """;
        String http = """
                    map $http_authorization $access_key {
                      "~Credential=(?<key>[^/]+)/" $key;
                      default "";
                    }
                    limit_req_zone $access_key zone=open:10m rate=1000000r/s;
                    limit_req_zone $access_key zone=closed:10m rate=1r/m;
                    limit_req_log_level info;
                    upstream rgw { server %s; keepalive 64; keepalive_requests 1000000000; }
                """.formatted(NginxUpstream.address(place))
                + server.formatted(open, "open burst=1000000 nodelay")
                + server.formatted(closed, "closed");
        return new ProxyUnderTest.Launch(
                "nginx", command(folder, write(folder, "nginx", http)), Map.of(), open, closed);
    }
}
