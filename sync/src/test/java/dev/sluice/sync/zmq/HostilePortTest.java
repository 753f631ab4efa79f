package dev.sluice.sync.zmq;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.BusFixture.eventually;
import static dev.sluice.sync.BusFixture.receives;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sync.Bus;
import dev.sluice.sync.BusFixture;
import dev.sluice.sync.BusFixture.Keys;
import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.wire.SampleReports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that no ZeroMQ sends, at the port of a bus with keys and of one without. */
class HostilePortTest {
    private static final int CONNECT_MILLIS = 20_000;
    private static final int LARGE_COMMAND = 6;
    private static final List<String> COMMANDS =
            List.of("\5HELLO", "\10INITIATE", "\5READY", "\7MESSAGE", "\5ERROR", "\4PING", "\11SUBSCRIBE");

    private final BusFixture fixture = new BusFixture();
    private final Optional<KeyRing> ring = ringOf(Keys.make());
    private final TestUsageRegistry registryA = new TestUsageRegistry();
    private final TestUsageRegistry registryB = new TestUsageRegistry();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void garbage_disturbsNobody(boolean keys) throws IOException {
        Bus a = start(keys);
        Random random = SampleReports.seeded();

        for (int i = 0; i < 400; i++) {
            send(a, garbage(random, keys, i % 4));
        }

        assertWorks(a, keys);
    }

    /** As numbers of 64 bits below 0, and in their lower 32 anything from nothing to 2 GiB. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void framesOfImpossibleLengths_endTheirConnectionsOnly(boolean keys) throws IOException {
        Bus a = start(keys);

        for (long length :
                new long[] {-1, Long.MIN_VALUE, 0x8000_0000_7fff_ffffL, 0xffff_ffff_0000_0400L, 0x7fff_ffff}) {
            for (int i = 0; i < 3; i++) {
                ByteBuffer bytes = ByteBuffer.allocate(64 + 9 + 200);
                bytes.put(greeting(keys)).put((byte) LARGE_COMMAND).putLong(length);
                send(a, bytes.array());
            }
        }

        assertWorks(a, keys);
    }

    @Test
    void framesOfImpossibleLengthsInTheOldProtocols_endTheirConnectionsOnly() throws IOException {
        Bus a = start(false);

        for (long length : new long[] {-1, Long.MIN_VALUE, 0x8000_0000_7fff_ffffL, Long.MAX_VALUE, 1L << 31}) {
            // The first byte of an unversioned greeting is the length of an identity.
            send(a, ByteBuffer.allocate(200).put((byte) 0xff).putLong(length).array());
            ByteBuffer second = ByteBuffer.allocate(200);
            second.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 1).put((byte) 2);
            send(a, second.put((byte) 2).putLong(length).array());
        }

        assertWorks(a, false);
    }

    private Bus start(boolean keys) throws IOException {
        return fixture.start("a", BusFixture.ANY_PORT, keys ? ring : Optional.empty(), registryA);
    }

    private void assertWorks(Bus a, boolean keys) throws IOException {
        Bus b = fixture.start("b", BusFixture.ANY_PORT, keys ? ring : Optional.empty(), registryB, a.endpoint());
        eventually().until(() -> receives(b, "a"));
        registryA.admit(ALICE, READ_OPS, 5);

        eventually().until(() -> registryB.charged(ALICE, READ_OPS) == 5);
        assertThat(a.stats().publisherRestarts()).isZero();
        assertThat(a.isHealthy(System.nanoTime())).isTrue();
    }

    /** From the start; behind a greeting; commands of a handshake with garbage in them; frames of any length. */
    private static byte[] garbage(Random random, boolean keys, int kind) {
        byte[] garbage = new byte[random.nextInt(1, 600)];
        random.nextBytes(garbage);
        ByteBuffer bytes = ByteBuffer.allocate(1_000);
        if (kind > 0) {
            bytes.put(greeting(keys));
        }
        if (kind == 2) {
            byte[] name = COMMANDS.get(random.nextInt(COMMANDS.size())).getBytes(StandardCharsets.US_ASCII);
            bytes.put((byte) LARGE_COMMAND)
                    .putLong(name.length + garbage.length)
                    .put(name);
        } else if (kind == 3) {
            bytes.put((byte) random.nextInt(8)).putLong(random.nextLong() >> random.nextInt(64));
        }
        bytes.put(garbage);
        byte[] all = new byte[bytes.position()];
        bytes.flip().get(all);
        return all;
    }

    private static byte[] greeting(boolean keys) {
        byte[] greeting = new byte[64];
        greeting[0] = (byte) 0xff;
        greeting[9] = 0x7f;
        greeting[10] = 3;
        byte[] mechanism = (keys ? "CURVE" : "NULL").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(mechanism, 0, greeting, 12, mechanism.length);
        return greeting;
    }

    private static void send(Bus to, byte[] bytes) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            "127.0.0.1", Endpoint.toConnect(to.endpoint()).port()),
                    CONNECT_MILLIS);
            write(socket, bytes);
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // It hung up on us, as it may.
        }
    }

    private static Optional<KeyRing> ringOf(Keys keys) {
        return Optional.of(keys.allowing(keys));
    }
}
