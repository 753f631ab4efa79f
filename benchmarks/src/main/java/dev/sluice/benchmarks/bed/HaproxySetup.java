package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The configuration of HAProxy: one thread, and a stick-table that counts the requests of each access key. */
final class HaproxySetup {
    private HaproxySetup() {}

    /**
     * Writes the configuration.
     *
     * @param splice whether response bodies may be moved within the kernel
     */
    static ProxyUnderTest.Launch proxy(Path folder, RunPlacement place, boolean splice) throws IOException {
        String name = splice ? "haproxy-splice" : "haproxy";
        String open = place.address(splice ? 12 : 10);
        String closed = place.address(splice ? 13 : 11);
        String frontend = """
                frontend %s
                  bind %s backlog 4096
                  option forwardfor
                  http-request track-sc0 req.fhdr(authorization),field(2,=),field(1,/) table %s
                  http-request deny deny_status 503 if { sc_http_req_rate(0) gt %d }
                  default_backend rgw
                backend %s
                  stick-table type string len 64 size 100k expire 60s store http_req_rate(1s)
                """;
        String conf = """
                global
                  nbthread 1
                  maxconn 4096
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 60s
                  timeout server 60s
                  timeout http-request 10s
                  timeout http-keep-alive 60s
                  option http-keep-alive
                  http-reuse always
                %s
                backend rgw
                  server rgw %s
                """.formatted(splice ? "  option splice-response" : "", NginxUpstream.address(place))
                + frontend.formatted("open", open, "open_keys", 1_000_000, "open_keys")
                + frontend.formatted("closed", closed, "closed_keys", 1, "closed_keys");
        Path file = Files.writeString(folder.resolve(name + ".cfg"), conf);
        return new ProxyUnderTest.Launch(
                name, List.of("haproxy", "-db", "-f", file.toString()), Map.of(), open, closed);
    }
}
