package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.keys.CurveKeyPair;
import dev.sluice.policy.testing.BrokenConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sync.curve} and {@code sync.insecure}: which peers may connect to the bus, and where it may listen. */
class CurveSettingsTest {
    private static final CurveKeyPair OWN = CurveKeyPair.generate(new SecureRandom());
    private static final CurveKeyPair OTHER = CurveKeyPair.generate(new SecureRandom());
    private static final String CURVE = "curve { secret-key-file = own.key, allowed-keys-dir = allowed }";
    private static final String WHAT_TO_DO =
            "; set sync.curve.secret-key-file and allowed-keys-dir (sluice keygen makes keys), or sync.insecure = true"
                    + " where no untrusted host reaches that network";

    @TempDir
    Path dir;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(dir.resolve("limits.conf"), "limits { }");
        write("own.key", "# a comment\n" + OWN.secretKey() + "\n");
        Files.setPosixFilePermissions(dir.resolve("own.key"), PosixFilePermissions.fromString("rw-------"));
        Files.createDirectory(dir.resolve("allowed"));
        write("allowed/own.pub", OWN.publicKey() + "\n");
        write("allowed/other.pub", "# rgw2\n" + OTHER.publicKey() + "\n");
        write("allowed/README", "not a key");
    }

    @Test
    void keys_areRead() throws IOException {
        Settings settings = load("sync { " + CURVE + " }");

        SyncTrust.ListedKeys trust = (SyncTrust.ListedKeys) settings.sync().trust();
        assertThat(trust.keys().own()).isEqualTo(OWN);
        assertThat(trust.keys().allowed()).containsExactlyInAnyOrder(OWN.publicKey(), OTHER.publicKey());
        assertThat(settings.sync().listen()).contains(new HostPort("0.0.0.0", 7070));
        assertThat(settings.toString()).contains(OWN.publicKey()).doesNotContain(OWN.secretKey());
    }

    @Test
    void withoutKeys_theBusStaysOnThisMachine() throws IOException {
        assertThat(load("").sync().listen()).contains(new HostPort("127.0.0.1", 7070));
        assertThat(load("sync.peers = [\"tcp://127.0.0.2:7070\"]").sync().trust())
                .isEqualTo(SyncTrust.LoopbackOnly.INSTANCE);
        assertThat(problems("sync.listen = \"tcp://0.0.0.0:7070\""))
                .containsExactly("3:1: sluice.sync.listen: \"tcp://0.0.0.0:7070\" is reached from other machines,"
                        + " and there are no keys to know other sidecars by" + WHAT_TO_DO);
        assertThat(problems("sync.peers = [\"tcp://rgw2:7070\"]"))
                .containsExactly("3:1: sluice.sync.peers: \"tcp://rgw2:7070\" is on another machine,"
                        + " and there are no keys to know other sidecars by" + WHAT_TO_DO);
    }

    @Test
    void insecure_letsItListenAnywhere() throws IOException {
        Settings.Sync sync =
                load("sync { insecure = true, peers = [\"tcp://rgw2:7070\"] }").sync();

        assertThat(sync.listen()).contains(new HostPort("0.0.0.0", 7070));
        assertThat(sync.trust()).isEqualTo(SyncTrust.AnyPeer.INSTANCE);
    }

    @Test
    void discovery_isRead() throws IOException {
        assertThat(load("sync { insecure = on, discovery.dns { name = rgw.svc, port = 7071 } }")
                        .sync()
                        .discovery())
                .contains(new PeerDiscovery.Dns("rgw.svc", 7071));
        assertThat(load("sync { insecure = on, discovery.dns.name = _sluice._tcp.rgw.svc }")
                        .sync()
                        .discovery())
                .contains(new PeerDiscovery.Dns("_sluice._tcp.rgw.svc", 0));
        assertThat(load("sync { insecure = on, discovery.ceph-service-map.port = 7070 }")
                        .sync()
                        .discovery())
                .contains(new PeerDiscovery.CephServiceMap(7070, "address", List.of()));
        assertThat(load("sync { " + CURVE + ", discovery.ceph-service-map { port = 7070, host = hostname,"
                                + " command = [cat, map.json] } }")
                        .sync()
                        .discovery())
                .contains(new PeerDiscovery.CephServiceMap(7070, "hostname", List.of("cat", "map.json")));
    }

    @Test
    void oneWithoutTheOtherOrBothWays_isReported() throws IOException {
        assertThat(problems("sync.curve.secret-key-file = own.key"))
                .containsExactly("3:1: sluice.sync.curve.allowed-keys-dir: secret-key-file is set and this is not;"
                        + " name a directory with the public keys of all sidecars, *.pub");
        assertThat(problems("sync.curve.allowed-keys-dir = allowed"))
                .containsExactly("3:1: sluice.sync.curve.secret-key-file: allowed-keys-dir is set and this is not;"
                        + " name the file with this sidecar's secret key; sluice keygen makes one");
        assertThat(problems("sync { insecure = true, " + CURVE + " }"))
                .containsExactly("3:8: sluice.sync.insecure: there are keys (sync.curve), so this would have no effect;"
                        + " remove one of the two");
    }

    @Test
    void badSecret_isReportedAndNotShown() throws IOException {
        String almost = OWN.secretKey().substring(1);
        write("own.key", almost);

        assertThat(problems("sync { " + CURVE + " }"))
                .singleElement()
                .asString()
                .startsWith("3:16: sluice.sync.curve.secret-key-file: ")
                .contains("own.key", "it doesn't hold one secret key", "sluice keygen")
                .doesNotContain(almost);
    }

    @Test
    void badPublicKeyMissingDirectoryAndUntrustedOwnKey_areReported() throws IOException {
        write("allowed/other.pub", "ssh-ed25519 AAAA");
        assertThat(problems("sync { " + CURVE + " }"))
                .singleElement()
                .asString()
                .contains("allowed-keys-dir", "other.pub", "not every line of it is a public key");

        Files.delete(dir.resolve("allowed/other.pub"));
        Files.delete(dir.resolve("allowed/own.pub"));
        assertThat(problems("sync { " + CURVE + " }"))
                .singleElement()
                .asString()
                .contains("does not list this sidecar's own public key, " + OWN.publicKey());

        assertThat(problems("sync { curve { secret-key-file = own.key, allowed-keys-dir = nowhere } }"))
                .singleElement()
                .asString()
                .contains("nowhere", "is no directory that can be read");
    }

    @Test
    void secretThatOthersMayRead_isAWarning() throws IOException {
        Files.setPosixFilePermissions(dir.resolve("own.key"), PosixFilePermissions.fromString("rw-r--r--"));

        ReadResult<Configuration> result = check("sync { " + CURVE + " }");

        assertThat(result).isInstanceOf(ReadResult.Usable.class);
        assertThat(BrokenConfig.withoutFile(result.problems()))
                .singleElement()
                .asString()
                .contains("warning: sluice.sync.curve.secret-key-file", "others may read it; chmod 600 it");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
    }

    private Settings load(String keys) throws IOException {
        ReadResult<Configuration> result = check(keys);
        assertThat(result.problems()).isEmpty();
        return result.value().orElseThrow().settings();
    }

    private List<String> problems(String keys) throws IOException {
        return BrokenConfig.withoutFile(check(keys).problems());
    }

    private ReadResult<Configuration> check(String keys) throws IOException {
        return ConfigCheck.check(Files.writeString(
                dir.resolve("sluice.conf"), "sluice {\nupstream.address = \"127.0.0.1:7480\"\n" + keys + "\n}\n"));
    }
}
