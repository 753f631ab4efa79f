package dev.sluice.sync.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceMapTest {
    /** As Ceph 16.2 prints it, but for what nobody here reads. */
    private static final String MAP = """
            {"epoch":7,"modified":"2026-01-01T00:00:00.000000+0000","services":{
              "mgr":{"daemons":{"summary":"","x":{"addr":"10.9.9.9:0/1","metadata":{"hostname":"mgr"}}}},
              "rgw":{"daemons":{"summary":"",
                "4123":{"start_epoch":3,"start_stamp":"2026","gid":4123,"addr":"10.0.0.1:0/3417812","metadata":{
                  "frontend_config#0":"beast endpoint=127.0.0.1:7481","hostname":"rgw1","zone_name":"default"},
                  "task_status":{}},
                "4125":{"gid":4125,"addr":"[2001:db8::2]:0/99","metadata":{"hostname":"rgw2"}},
                "4130":{"gid":4130,"addr":"10.0.0.1:0/5","metadata":{"hostname":"rgw1"}},
                "4140":{"gid":4140,"addr":"-","metadata":{"hostname":"rgw4"}},
                "4150":{"gid":4150,"metadata":{}}
              }}}}
            """;

    @TempDir
    Path dir;

    @Test
    void hosts_areThoseOfGatewaysEachOnce() throws IOException {
        assertThat(ServiceMap.parse(MAP, ServiceMapHost.ADDRESS).hosts())
                .containsExactly("10.0.0.1", "[2001:db8::2]", "rgw4");
        assertThat(ServiceMap.parse(MAP, ServiceMapHost.HOSTNAME).hosts()).containsExactly("rgw1", "rgw2", "rgw4");
        assertThat(ServiceMap.parse(MAP, ServiceMapHost.ADDRESS).withoutAddress())
                .containsExactly("4150");
    }

    @Test
    void addressOfSeveralMessengers_isTheFirst() throws IOException {
        String map = MAP.replace("10.0.0.1:0/3417812", "[v2:10.0.0.7:0/1,v1:10.0.0.7:0/1]");

        assertThat(ServiceMap.parse(map, ServiceMapHost.ADDRESS).hosts()).startsWith("10.0.0.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"services\":{}}", "{\"services\":{\"rgw\":{\"daemons\":{\"summary\":\"\"}}}}"})
    void mapWithoutGateways_isEmpty(String map) throws IOException {
        assertThat(ServiceMap.parse(map, ServiceMapHost.ADDRESS).hosts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "Error ENOTSUP: no mgr", "{", "{\"epoch\":1}", "{\"services\":\"none\"}"})
    void textThatIsNoMap_isReported(String text) {
        assertThatThrownBy(() -> ServiceMap.parse(text, ServiceMapHost.ADDRESS)).isInstanceOf(IOException.class);
    }

    @Test
    void command_isRunEachTime() throws Exception {
        Path map = Files.writeString(dir.resolve("map.json"), MAP);
        ServiceMapDiscovery discovery =
                new ServiceMapDiscovery(List.of("cat", map.toString()), ServiceMapHost.HOSTNAME, 7070);
        assertThat(discovery.find()).containsExactly("tcp://rgw1:7070", "tcp://rgw2:7070", "tcp://rgw4:7070");

        Files.writeString(map, MAP.replace("rgw2", "rgw9"));

        assertThat(discovery.find()).containsExactly("tcp://rgw1:7070", "tcp://rgw9:7070", "tcp://rgw4:7070");
    }

    @Test
    void commandThatFailsOrIsMissing_isReported() {
        assertThatThrownBy(() -> new ServiceMapDiscovery(List.of("false"), ServiceMapHost.ADDRESS, 1).find())
                .isInstanceOf(IOException.class)
                .hasMessage("false ended with 1");
        assertThatThrownBy(() -> new ServiceMapDiscovery(List.of("no-such-command"), ServiceMapHost.ADDRESS, 1).find())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-command");
    }
}
