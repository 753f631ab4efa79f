package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelaySettingsTest {
    @TempDir
    Path dir;

    @Test
    void relay_readsItsPartOfTheSettings() throws IOException {
        RelaySettings relay = load("node-id = relay1, sync { insecure = true, listen = \"tcp://0.0.0.0:7071\","
                        + " peers = [\"tcp://rgw1:7070\"] }, admin.address = \"127.0.0.1:9091\"")
                .value()
                .orElseThrow();

        assertThat(relay.nodeId()).isEqualTo("relay1");
        assertThat(relay.sync().listen()).contains(new HostPort("0.0.0.0", 7071));
        assertThat(relay.sync().peers()).containsExactly(new HostPort("rgw1", 7070));
        assertThat(relay.admin().address()).isEqualTo(new HostPort("127.0.0.1", 9091));
    }

    @Test
    void withoutKeys_itDoesNotLeaveTheMachine() throws IOException {
        assertThat(problems("sync.listen = \"tcp://0.0.0.0:7071\"")).contains("sync.listen");
        assertThat(problems("sync.peers = [\"tcp://rgw1:7070\"]")).contains("sync.peers");
        assertThat(load("sync.listen = \"tcp://127.0.0.1:7071\"").value()).isPresent();
    }

    @Test
    void whatIsNotForRelays_isAnError() throws IOException {
        assertThat(problems("upstream.address = \"127.0.0.1:7480\"")).contains("upstream");
        assertThat(problems("sync.listen = \"\"")).contains("a relay needs an address");
        assertThat(problems("sync { relays = [\"tcp://127.0.0.1:7071\"] }")).contains("not to other relays");
    }

    @Test
    void exampleFile_isGood() {
        ReadResult<RelaySettings> example = ConfigCheck.checkRelay(Path.of("../config/relay.conf"));

        assertThat(example.problems()).isEmpty();
        assertThat(example.value()).isPresent();
    }

    @Test
    void fileThatIsMissing_isAProblem() {
        ReadResult<RelaySettings> missing = ConfigCheck.checkRelay(dir.resolve("nowhere.conf"));

        assertThat(missing.value()).isEmpty();
        assertThat(missing.problems()).isNotEmpty();
    }

    private String problems(String settings) throws IOException {
        ReadResult<RelaySettings> result = load(settings);
        assertThat(result.value()).isEmpty();
        List<String> texts = result.problems().stream().map(ConfigProblem::text).toList();
        return texts.toString();
    }

    private ReadResult<RelaySettings> load(String settings) throws IOException {
        Path file = Files.writeString(dir.resolve("relay.conf"), "sluice {\n" + settings + "\n}\n");
        return ConfigCheck.checkRelay(file);
    }
}
