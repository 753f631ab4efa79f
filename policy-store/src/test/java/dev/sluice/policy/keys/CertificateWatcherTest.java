package dev.sluice.policy.keys;

import static dev.sluice.policy.keys.PemFixture.EC;
import static dev.sluice.policy.keys.PemFixture.RSA;
import static dev.sluice.policy.keys.PemFixture.RSA_TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateWatcherTest {
    private static final long SECOND = 1_000;

    /** Notes what it is told: whose certificate, or {@code "refused since ..."}. */
    private static final class Notes implements CertificateWatcher.Listener {
        private final List<String> notes = new CopyOnWriteArrayList<>();

        @Override
        public void onLoaded(TlsIdentity identity, List<TlsFiles.Fault> warnings) {
            notes.add(identity.chain().get(0).getSubjectX500Principal().getName());
        }

        @Override
        public void onRefused(List<TlsFiles.Fault> faults, long sinceWallMillis) {
            notes.add(
                    "refused since " + sinceWallMillis + " for " + faults.get(0).key());
        }
    }

    @TempDir
    Path dir;

    private final Notes notes = new Notes();
    private TlsFiles files;
    private CertificateWatcher watcher;
    private long nowWallMillis = System.currentTimeMillis();

    @BeforeEach
    void begin() throws IOException {
        files = PemFixture.write(dir, RSA);
        TlsFiles.Loaded first = (TlsFiles.Loaded) files.read(nowWallMillis);
        watcher = new CertificateWatcher(files, first.identity(), notes);
        poll();
    }

    private void poll() {
        nowWallMillis += SECOND;
        watcher.poll(nowWallMillis);
    }

    private void poll(int times) {
        for (int i = 0; i < times; i++) {
            poll();
        }
    }

    @Test
    void sameFiles_areNoNews() throws IOException {
        Files.writeString(files.keyFile(), PemFixture.pkcs1(RSA));

        poll(20);

        assertThat(notes.notes).isEmpty();
    }

    @Test
    void newPair_isHandedOverOnce() throws IOException {
        PemFixture.write(dir, EC);

        poll(10);

        assertThat(notes.notes).containsExactly("CN=ec");
    }

    @Test
    void filesReplacedOneAfterTheOther_areHandedOverWhenTheyFit() throws IOException {
        Files.writeString(files.certificateFile(), RSA_TWO.getCertificatePathPEM());
        poll(3);
        Files.writeString(files.keyFile(), RSA_TWO.getPrivateKeyPEM().substring(0, 100));
        poll(4);
        Files.writeString(files.keyFile(), RSA_TWO.getPrivateKeyPEM());
        poll(10);

        assertThat(notes.notes).containsExactly("CN=rsa-two");
    }

    @Test
    void badPairThatStays_isToldOnce_andAgainWhenItIsBadInAnotherWay() throws IOException {
        Files.writeString(files.certificateFile(), RSA_TWO.getCertificatePathPEM());
        long since = nowWallMillis + SECOND;
        poll(20);
        Files.delete(files.keyFile());
        poll(20);

        assertThat(notes.notes)
                .hasSize(2)
                .allSatisfy(note -> assertThat(note).isEqualTo("refused since " + since + " for key-file"));
    }

    @Test
    void pairThatIsMended_isHandedOver_alsoIfItIsTheOldOne() throws IOException {
        Files.writeString(files.certificateFile(), "none");
        poll(10);
        PemFixture.write(dir, RSA);
        poll(10);

        assertThat(notes.notes).hasSize(2).last().isEqualTo("CN=rsa");
    }

    @Test
    void filesThatNeverSettle_areToldInTheEnd() throws IOException {
        for (int i = 0; i < 40; i++) {
            Files.writeString(files.keyFile(), "try " + i);
            poll();
        }

        assertThat(notes.notes).isNotEmpty().allMatch(note -> note.startsWith("refused"));
    }

    @Test
    void symbolicLinkThatIsTurned_isFollowed() throws IOException {
        Path volume = Files.createDirectory(dir.resolve("volume"));
        PemFixture.write(Files.createDirectory(volume.resolve("..one")), RSA);
        PemFixture.write(Files.createDirectory(volume.resolve("..two")), EC);
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..one"));
        Path certificate = Files.createSymbolicLink(volume.resolve("tls.crt"), Path.of("..data", "tls.crt"));
        Path key = Files.createSymbolicLink(volume.resolve("tls.key"), Path.of("..data", "tls.key"));
        TlsFiles linked = new TlsFiles(certificate, key);
        watcher = new CertificateWatcher(linked, ((TlsFiles.Loaded) linked.read(nowWallMillis)).identity(), notes);
        poll();

        Path next = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of("..two"));
        Files.move(next, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        poll(10);

        assertThat(notes.notes).containsExactly("CN=ec");
    }

    @Test
    void startedWatcher_seesAChange() throws IOException {
        try (CertificateWatcher running =
                new CertificateWatcher(files, ((TlsFiles.Loaded) files.read(nowWallMillis)).identity(), notes)) {
            running.start();

            PemFixture.write(dir, EC);

            await().untilAsserted(() -> assertThat(notes.notes).containsExactly("CN=ec"));
        }
    }
}
