package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.SourcePoller;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;

/** When a change of the limits file counts. */
class LimitsFileSourceTest extends LimitsFileSourceFixture {
    /** A poll after each piece, all through the file: every one of its beginnings is seen, and none acts. */
    @Test
    void fileThatIsWrittenSlowly_actsAsAWholeOnly() throws IOException {
        StringBuilder text = new StringBuilder("limits { each-user { read-ops = 2/s } }\n");
        for (int i = 0; i < 20; i++) {
            text.append("limits.users.user").append(i).append(".read-ops = 64/s\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        SourcePoller<PolicyLayer> poller = poller();
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(0);
            for (int i = 0; i < bytes.length; i += 31) {
                out.write(bytes, i, Math.min(31, bytes.length - i));
                nowWallMillis += 250;
                poller.poll(nowWallMillis);
            }
        }
        assertThat(received.events).isEmpty();

        poll(poller);
        poll(poller);

        assertThat(received.events).containsExactly("2/s");
    }

    @Test
    void unchangedFile_isNotReported() {
        SourcePoller<PolicyLayer> poller = poller();

        poll(poller);
        poll(poller);

        assertThat(received.events).isEmpty();
    }

    @Test
    void changeBeforeTheFirstPoll_isLoaded() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        write(file, "2/s");

        poll(poller);

        assertThat(received.events).containsExactly("2/s");
    }

    @Test
    void editInPlace_isLoadedOnce() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        write(file, "20/s");
        poll(poller);
        poll(poller);

        assertThat(received.events).containsExactly("20/s");
    }

    @Test
    void editOfCommentsOnly_isNotReported() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        Files.writeString(file, "# a comment\n" + Files.readString(file));
        poll(poller);

        assertThat(received.events).isEmpty();
    }

    @Test
    void editWithinOneTickOfTheClock_isLoaded() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        FileTime now = FileTime.fromMillis(nowWallMillis + 500);
        Files.setLastModifiedTime(file, now);
        poll(poller);

        write(file, "2/s");
        Files.setLastModifiedTime(file, now);
        poll(poller);

        assertThat(received.events).containsExactly("2/s");
    }

    @Test
    void fileThatIsWrittenInPieces_countsOnlyAsAWhole() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);
        String whole = "limits.each-user.read-ops = 64/s\nlimits.each-user.concurrent-requests = 64\n";

        for (int length = whole.length() % 3; length <= whole.length(); length += 3) {
            Files.writeString(file, whole.substring(0, length));
            pollOnce(poller);
        }
        assertThat(received.events).isEmpty();
        pollOnce(poller);

        assertThat(received.events).containsExactly("64/s");
    }

    @Test
    void fileThatEndsWithinALine_waitsForMore() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        Files.writeString(file, "limits.each-user { read-ops = 6/s }\nlimits.each-user.concurrent-requests = 6");
        poll(poller);
        poll(poller);
        assertThat(received.events).isEmpty();
        poll(poller);
        poll(poller);

        assertThat(received.events).containsExactly("6/s");
    }

    @Test
    void largeFileOfTheSameSizeAndTime_isLoaded() throws IOException {
        String comment = "# " + "x".repeat(100_000) + "\n";
        Files.writeString(file, comment + "limits { each-user { read-ops = 1/s } }\n");
        FileTime old = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(file, old);
        nowWallMillis = System.currentTimeMillis() + 60_000;
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        Files.writeString(file, comment + "limits { each-user { read-ops = 7/s } }\n");
        Files.setLastModifiedTime(file, old);
        poll(poller);

        assertThat(received.events).containsExactly("7/s");
    }

    @Test
    void fileRenamedOverIt_isLoaded() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        Path replacement = dir.resolve("limits.conf.new");
        write(replacement, "3/s");
        Files.setLastModifiedTime(replacement, Files.getLastModifiedTime(file));
        Files.move(replacement, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        poll(poller);

        assertThat(received.events).containsExactly("3/s");
    }

    @Test
    void linkToAnotherFile_isLoaded() throws IOException {
        Path first = Files.createDirectory(dir.resolve("..2026_01"));
        Path second = Files.createDirectory(dir.resolve("..2026_02"));
        write(first.resolve("limits.conf"), "1/s");
        write(second.resolve("limits.conf"), "4/s");
        Path data = Files.createSymbolicLink(dir.resolve("..data"), first);
        file = Files.createSymbolicLink(dir.resolve("linked.conf"), Path.of("..data", "limits.conf"));
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        Path relinked = Files.createSymbolicLink(dir.resolve("..data_tmp"), second);
        Files.move(relinked, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        poll(poller);

        assertThat(received.events).containsExactly("4/s");
    }

    @Test
    void badFile_isReportedOnceAndChangesNothing() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        write(file, "2/sec");
        poll(poller);
        poll(poller);
        poll(poller);

        assertThat(received.events).containsExactly("rejected since 1001500: \"2/sec\" is not a rate");
    }

    @Test
    void fileThatIsBadInAnotherWay_isReportedAgainWithTheFirstTime() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();

        write(file, "2/sec");
        poll(poller);
        write(file, "3/secs");
        poll(poller);

        assertThat(received.events)
                .containsExactly(
                        "rejected since 1000500: \"2/sec\" is not a rate",
                        "rejected since 1000500: \"3/secs\" is not a rate");
    }

    @Test
    void restoredFile_isLoadedThoughItsLimitsAreTheSame() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);
        write(file, "2/sec");
        poll(poller);

        write(file, "1/s");
        poll(poller);
        write(file, "3/sec");
        poll(poller);

        assertThat(received.events)
                .containsExactly(
                        "rejected since 1001500: \"2/sec\" is not a rate",
                        "1/s",
                        "rejected since 1003500: \"3/sec\" is not a rate");
    }

    @Test
    void emptiedFile_liftsNoLimit() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        Files.writeString(file, "");
        poll(poller);

        assertThat(received.events).containsExactly("rejected since 1001500: there is no limits { ... } in this file");
    }

    @Test
    void deletedFile_isReportedOnceAndChangesNothing() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        Files.delete(file);
        poll(poller);
        poll(poller);
        write(file, "5/s");
        poll(poller);

        assertThat(received.events).containsExactly("rejected since 1001500: the file doesn't exist", "5/s");
    }

    @Test
    void startedPoller_goesOnAfterAListenerFailed() throws IOException {
        received.fails = true;
        try (SourcePoller<PolicyLayer> poller = poller()) {
            poller.start();
            write(file, "20/s");
            await().until(() -> received.events.contains("20/s"));

            write(file, "300/s");
            await().until(() -> received.events.contains("300/s"));
        }
    }

    @Test
    void textOfAnotherSystem_isRead() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);

        Files.writeString(file, "\uFEFFlimits {\r\n  # a comment\r\n  each-user { read-ops = 3/s }\r\n}\r\n");
        poll(poller);

        assertThat(received.events).containsExactly("3/s");
    }

    @Test
    void fileOfTheFuture_isFollowed() throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);
        FileTime tomorrow = FileTime.fromMillis(System.currentTimeMillis() + 86_400_000);
        write(file, "20/s");
        Files.setLastModifiedTime(file, tomorrow);
        poll(poller);

        write(file, "30/s");
        Files.setLastModifiedTime(file, tomorrow);
        poll(poller);

        assertThat(received.events).containsExactly("20/s", "30/s");
    }

    @Test
    void folderThatIsReplaced_isFollowed() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("folder"));
        file = folder.resolve("limits.conf");
        write(file, "1/s");
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);
        Files.delete(file);
        Files.delete(folder);
        poll(poller);

        Files.createDirectory(folder);
        write(file, "6/s");
        poll(poller);

        assertThat(received.events).hasSize(2);
        assertThat(received.events.get(0)).contains("the file doesn't exist");
        assertThat(received.events.get(1)).isEqualTo("6/s");
    }
}
