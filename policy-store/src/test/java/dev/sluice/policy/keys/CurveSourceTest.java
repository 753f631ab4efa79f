package dev.sluice.policy.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Z85;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.Staleness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveSourceTest {
    private static final CurveKeyPair OWN = CurveKeyPair.generate(new SecureRandom());
    private static final CurveKeyPair NEXT = CurveKeyPair.generate(new SecureRandom());
    private static final CurveKeyPair OTHER = CurveKeyPair.generate(new SecureRandom());

    @TempDir
    Path dir;

    private final List<CurveKeys> loaded = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private Reloadable<CurveKeys> keys;
    private SourcePoller<CurveKeys> poller;
    private long nowWallMillis = 1_000_000;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(dir.resolve("own.key"), OWN.secretKey());
        Files.writeString(dir.resolve("own.pub"), OWN.publicKey());
        Files.writeString(dir.resolve("other.pub"), OTHER.publicKey());
        CurveFiles files = new CurveFiles(dir.resolve("own.key"), dir);
        keys = new Reloadable<>(files.read().keys().orElseThrow());
        keys.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(CurveKeys value, List<ConfigProblem> problems) {
                loaded.add(value);
            }

            @Override
            public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
                errors.add(staleness.firstProblem());
            }
        });
        poller = CurveSource.poller(files, keys);
        pollTwice();
    }

    @Test
    void unchangedFiles_areNotReported() {
        pollTwice();

        assertThat(loaded).isEmpty();
    }

    @Test
    void addedKey_isUsedAtTheSecondPoll() throws IOException {
        Files.writeString(dir.resolve("next.pub"), NEXT.publicKey());

        poll();
        assertThat(loaded).isEmpty();
        poll();

        assertThat(loaded)
                .singleElement()
                .satisfies(keys ->
                        assertThat(keys.allowed()).contains(OWN.publicKey(), OTHER.publicKey(), NEXT.publicKey()));
    }

    @Test
    void removedKey_isNoLongerAllowed() throws IOException {
        Files.delete(dir.resolve("other.pub"));
        pollTwice();

        assertThat(loaded.get(0).allowed()).containsExactly(OWN.publicKey());
        assertThat(errors).isEmpty();
    }

    @Test
    void badPublicFile_allowsNobodyAndIsReported() throws IOException {
        Files.writeString(dir.resolve("other.pub"), "nonsense");
        pollTwice();

        assertThat(loaded.get(0).allowed()).containsExactly(OWN.publicKey());
        assertThat(errors).singleElement().asString().contains("other.pub");
    }

    @Test
    void replacedSecret_isUsed() throws IOException {
        Files.writeString(dir.resolve("next.pub"), NEXT.publicKey());
        Files.writeString(dir.resolve("own.key"), NEXT.secretKey());
        pollTwice();

        assertThat(loaded.get(0).own()).isEqualTo(NEXT);
    }

    @Test
    void badSecret_leavesTheOldOneUntilItIsGoodAgain() throws IOException {
        Files.writeString(dir.resolve("own.key"), "nonsense");
        pollTwice();
        pollTwice();
        assertThat(keys.value().own()).isEqualTo(OWN);
        assertThat(loaded).isEmpty();
        assertThat(errors).singleElement().asString().contains("own.key").doesNotContain("nonsense");
        assertThat(keys.staleness()).isPresent();

        Files.writeString(dir.resolve("own.key"), OWN.secretKey());
        pollTwice();

        assertThat(loaded).singleElement().extracting(CurveKeys::own).isEqualTo(OWN);
        assertThat(keys.staleness()).isEmpty();
    }

    @Test
    void moreKeysThanMayBe_leaveThoseInUse() throws IOException {
        List<String> many = new ArrayList<>();
        byte[] key = new byte[32];
        for (int i = 0; i < 4_096; i++) {
            key[0] = (byte) i;
            key[1] = (byte) (i >> 8);
            many.add(Z85.encode(key));
        }
        for (int part = 0; part < 4; part++) {
            Files.write(dir.resolve("many" + part + ".pub"), many.subList(1_024 * part, 1_024 * (part + 1)));
        }
        pollTwice();

        assertThat(loaded).isEmpty();
        assertThat(keys.value().allowed()).containsExactlyInAnyOrder(OWN.publicKey(), OTHER.publicKey());
        assertThat(errors).singleElement().asString().contains("has more than 4096 keys");
    }

    @Test
    void pipeAmongTheKeys_blocksNothing() throws IOException {
        assertThat(new ProcessBuilder("mkfifo", dir.resolve("pipe.pub").toString())
                        .start()
                        .onExit()
                        .join()
                        .exitValue())
                .isZero();
        Files.createSymbolicLink(dir.resolve("endless.pub"), Path.of("/dev/zero"));
        pollTwice();

        assertThat(keys.value().allowed()).containsExactlyInAnyOrder(OWN.publicKey(), OTHER.publicKey());
        assertThat(errors).singleElement().asString().contains("this is no regular file");
    }

    @Test
    void keysWithAByteOrderMark_areRead() throws IOException {
        Files.writeString(dir.resolve("next.pub"), "\uFEFF" + NEXT.publicKey() + "\r\n");
        pollTwice();

        assertThat(loaded)
                .singleElement()
                .satisfies(keys -> assertThat(keys.allowed()).contains(NEXT.publicKey()));
    }

    private void poll() {
        nowWallMillis += 1_000;
        poller.poll(nowWallMillis);
    }

    private void pollTwice() {
        poll();
        poll();
    }
}
