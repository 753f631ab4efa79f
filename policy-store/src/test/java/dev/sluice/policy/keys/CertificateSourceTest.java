package dev.sluice.policy.keys;

import static dev.sluice.policy.keys.PemFixture.EC;
import static dev.sluice.policy.keys.PemFixture.RSA;
import static dev.sluice.policy.keys.PemFixture.RSA_TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.Staleness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateSourceTest {
    private static final long SECOND = 1_000;

    /** What the listener received: the subject of a certificate, or {@code "rejected since ..."}. */
    private static final class ReceivedCertificates implements ReloadListener<TlsIdentity> {
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void onLoaded(TlsIdentity identity, List<ConfigProblem> problems) {
            events.add(identity.chain().get(0).getSubjectX500Principal().getName());
        }

        @Override
        public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
            events.add("rejected since " + staleness.sinceWallMillis() + " for "
                    + problems.get(0).path());
        }
    }

    @TempDir
    Path dir;

    private final ReceivedCertificates received = new ReceivedCertificates();
    private TlsFiles files;
    private SourcePoller<TlsIdentity> poller;
    private long nowWallMillis = System.currentTimeMillis();

    @BeforeEach
    void begin() throws IOException {
        files = PemFixture.write(dir, RSA);
        poller = poller(files);
        poll();
    }

    private SourcePoller<TlsIdentity> poller(TlsFiles followed) {
        Reloadable<TlsIdentity> identity =
                new Reloadable<>(followed.read(nowWallMillis).value().orElseThrow());
        identity.addListener(received);
        return CertificateSource.poller(followed, UnaryOperator.identity(), identity);
    }

    private void poll() {
        nowWallMillis += SECOND;
        poller.poll(nowWallMillis);
    }

    private void poll(int times) {
        for (int i = 0; i < times; i++) {
            poll();
        }
    }

    @Test
    void sameIdentity_isNotReported() throws IOException {
        Files.writeString(files.keyFile(), PemFixture.pkcs1(RSA));

        poll(20);

        assertThat(received.events).isEmpty();
    }

    @Test
    void newPair_isLoadedOnce() throws IOException {
        PemFixture.write(dir, EC);

        poll(10);

        assertThat(received.events).containsExactly("CN=ec");
    }

    @Test
    void filesReplacedOneAfterTheOther_areLoadedWhenTheyFit() throws IOException {
        Files.writeString(files.certificateFile(), RSA_TWO.getCertificatePathPEM());
        poll(3);
        Files.writeString(files.keyFile(), RSA_TWO.getPrivateKeyPEM().substring(0, 100));
        poll(4);
        Files.writeString(files.keyFile(), RSA_TWO.getPrivateKeyPEM());
        poll(10);

        assertThat(received.events).containsExactly("CN=rsa-two");
    }

    @Test
    void badPairThatStays_isReportedOnce_andAgainWhenItIsBadInAnotherWay() throws IOException {
        Files.writeString(files.certificateFile(), RSA_TWO.getCertificatePathPEM());
        long since = nowWallMillis + SECOND;
        poll(20);
        Files.delete(files.keyFile());
        poll(20);

        assertThat(received.events)
                .hasSize(2)
                .allSatisfy(
                        event -> assertThat(event).isEqualTo("rejected since " + since + " for listen.tls.key-file"));
    }

    @Test
    void repairedPair_isLoaded_alsoIfItIsTheOldOne() throws IOException {
        Files.writeString(files.certificateFile(), "none");
        poll(10);
        PemFixture.write(dir, RSA);
        poll(10);

        assertThat(received.events).hasSize(2).last().isEqualTo("CN=rsa");
    }

    @Test
    void filesThatNeverSettle_areReportedInTheEnd() throws IOException {
        for (int i = 0; i < 40; i++) {
            Files.writeString(files.keyFile(), "try " + i);
            poll();
        }

        assertThat(received.events).isNotEmpty().allMatch(event -> event.startsWith("rejected"));
    }

    @Test
    void changedSymbolicLink_isFollowed() throws IOException {
        Path volume = Files.createDirectory(dir.resolve("volume"));
        PemFixture.write(Files.createDirectory(volume.resolve("..one")), RSA);
        PemFixture.write(Files.createDirectory(volume.resolve("..two")), EC);
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..one"));
        Path certificate = Files.createSymbolicLink(volume.resolve("tls.crt"), Path.of("..data", "tls.crt"));
        Path key = Files.createSymbolicLink(volume.resolve("tls.key"), Path.of("..data", "tls.key"));
        TlsFiles linked = new TlsFiles(certificate, key);
        poller = poller(linked);
        poll();

        Path next = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of("..two"));
        Files.move(next, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        poll(10);

        assertThat(received.events).containsExactly("CN=ec");
    }

    @Test
    void startedPoller_noticesAChange() throws IOException {
        try (SourcePoller<TlsIdentity> running = poller(files)) {
            running.start();

            PemFixture.write(dir, EC);

            await().untilAsserted(() -> assertThat(received.events).containsExactly("CN=ec"));
        }
    }
}
