package dev.sluice.proxy.quota.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.admin.http.TokenCheck;
import dev.sluice.proxy.loop.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EnvoyServerTest {
    private static final int DATA = 0;
    private static final String TOKEN = "Bearer right";

    private final EventLoopGroup group = Transport.NIO.newGroup(2, "test");
    private final FiniteQuotas quotas = new FiniteQuotas().with("s3", "access_key=AKIAIOSFODNN7EXAMPLE", 2);
    private EnvoyServer server;
    private Channel client;

    @BeforeEach
    void start() throws IOException {
        start(any -> true);
    }

    private void start(TokenCheck token) throws IOException {
        server = EnvoyServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Transport.NIO,
                group,
                new DescriptorLimits(quotas, false),
                Optional.empty(),
                token,
                () -> true,
                System::nanoTime,
                10);
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close().awaitUninterruptibly();
        }
        server.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** What a call brought. */
    private record Response(Http2Headers head, byte[] body, Http2Headers trailers) {
        String status() {
            return String.valueOf((trailers != null ? trailers : head).get("grpc-status"));
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = EnvoyServerTest.class.getResourceAsStream(name)) {
            return HexFormat.of().parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    private Channel connect() {
        if (client == null) {
            client = new Bootstrap()
                    .group(group)
                    .channel(io.netty.channel.socket.nio.NioSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(Http2FrameCodecBuilder.forClient().build())
                                    .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                        }
                    })
                    .connect(server.address())
                    .syncUninterruptibly()
                    .channel();
        }
        return client;
    }

    private Response call(String path, String authorization, Consumer<Http2Headers> more, byte[]... parts)
            throws Exception {
        CompletableFuture<Response> response = new CompletableFuture<>();
        Http2StreamChannel stream = new Http2StreamChannelBootstrap(connect())
                .handler(new ChannelInboundHandlerAdapter() {
                    private Http2Headers head;
                    private byte[] body = new byte[0];

                    @Override
                    public void channelRead(ChannelHandlerContext context, Object frame) {
                        if (frame instanceof Http2DataFrame data) {
                            body = ByteBufUtil.getBytes(data.content());
                        } else if (frame instanceof Http2HeadersFrame headers) {
                            if (headers.isEndStream()) {
                                response.complete(
                                        head == null
                                                ? new Response(headers.headers(), body, null)
                                                : new Response(head, body, headers.headers()));
                            } else {
                                head = headers.headers();
                            }
                        }
                        ReferenceCountUtil.release(frame);
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        response.completeExceptionally(new IOException("reset"));
                    }
                })
                .open()
                .get();
        Http2Headers headers = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .path(path)
                .authority("rls")
                .set("content-type", "application/grpc");
        if (!authorization.isEmpty()) {
            headers.set("authorization", authorization);
        }
        more.accept(headers);
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers, parts.length == 0));
        for (int i = 0; i < parts.length; i++) {
            stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(parts[i]), i == parts.length - 1));
        }
        return response.get(30, TimeUnit.SECONDS);
    }

    private Response call(String path, byte[]... parts) throws Exception {
        return call(path, "", headers -> {}, parts);
    }

    private static byte[] request(String key, String value) {
        ProtobufWriter entry = new ProtobufWriter().text(1, key).text(2, value);
        return GrpcMessage.framed(new ProtobufWriter()
                .text(1, "s3")
                .message(2, new ProtobufWriter().message(1, entry))
                .toByteArray());
    }

    private static long overallCode(byte[] body) throws MalformedProtobufException {
        ProtobufReader reader = new ProtobufReader(body, 5, body.length);
        assertThat(reader.nextField()).isEqualTo(1);
        return reader.number();
    }

    /** The bytes that an Envoy 1.40 sent over one connection: four calls, two more than the limit. */
    @Test
    void callsOfARealEnvoy_overTheLimit_areRefused() throws Exception {
        Map<Integer, Long> codes = new TreeMap<>();
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(resource("envoy-1.40.hex"));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (codes.size() < 4) {
                int length = (in.readUnsignedByte() << 16) + in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.skipNBytes(1);
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == DATA) {
                    codes.put(stream, overallCode(payload));
                }
            }
        }

        assertThat(codes).isEqualTo(Map.of(1, 1L, 3, 1L, 5, 2L, 7, 2L));
    }

    @Test
    void call_refused_hasHeadersAndReset() throws Exception {
        quotas.with("s3", "client=a", 1);
        call(GrpcMethods.SHOULD_RATE_LIMIT, request("client", "a"));

        Response response = call(GrpcMethods.SHOULD_RATE_LIMIT, request("client", "a"));

        assertThat(response.status()).isEqualTo("0");
        assertThat(overallCode(response.body())).isEqualTo(2);
        assertThat(new String(response.body(), StandardCharsets.ISO_8859_1))
                .contains("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset\u0012\u00012", "Retry-After");
    }

    @Test
    void call_messageInPieces_isDecided() throws Exception {
        byte[] message = request("client", "unlimited");
        byte[][] pieces = new byte[message.length][];
        for (int i = 0; i < message.length; i++) {
            pieces[i] = new byte[] {message[i]};
        }

        assertThat(overallCode(call(GrpcMethods.SHOULD_RATE_LIMIT, pieces).body()))
                .isEqualTo(1);
    }

    @Test
    void call_withoutTheToken_isUnauthenticated() throws Exception {
        server.close();
        start(TOKEN::equals);

        assertThat(call(GrpcMethods.SHOULD_RATE_LIMIT, request("a", "b")).status())
                .isEqualTo("16");
        assertThat(call(GrpcMethods.SHOULD_RATE_LIMIT, TOKEN, headers -> {}, request("a", "b"))
                        .status())
                .isEqualTo("0");
        assertThat(call(GrpcMethods.HEALTH_CHECK, GrpcMessage.framed(new byte[0]))
                        .status())
                .isEqualTo("0");
    }

    @Test
    void call_thatIsWrong_getsAStatus() throws Exception {
        byte[] compressed = request("a", "b");
        compressed[0] = 1;
        byte[] tooShort = request("a", "b");
        tooShort[4]++;

        assertThat(call("/envoy.service.ratelimit.v3.RateLimitService/Other", request("a", "b"))
                        .status())
                .isEqualTo("12");
        assertThat(call(GrpcMethods.SHOULD_RATE_LIMIT, compressed).status()).isEqualTo("12");
        assertThat(call(GrpcMethods.SHOULD_RATE_LIMIT, tooShort).status()).isEqualTo("3");
        assertThat(call(GrpcMethods.SHOULD_RATE_LIMIT, GrpcMessage.framed(new byte[] {8, 1}))
                        .status())
                .isEqualTo("3");
        assertThat(call(GrpcMethods.SHOULD_RATE_LIMIT).status()).isEqualTo("3");
        assertThat(call(GrpcMethods.SHOULD_RATE_LIMIT, new byte[GrpcMessage.BYTES_MAX + 6])
                        .status())
                .isEqualTo("8");
        assertThat(call(
                                GrpcMethods.SHOULD_RATE_LIMIT,
                                "",
                                headers -> headers.set("content-type", "text/plain"),
                                request("a", "b"))
                        .head()
                        .status()
                        .toString())
                .isEqualTo("415");
        assertThat(overallCode(
                        call(GrpcMethods.SHOULD_RATE_LIMIT, request("a", "b")).body()))
                .isEqualTo(1);
    }

    @Test
    void healthCheck_serves() throws Exception {
        Response response = call(GrpcMethods.HEALTH_CHECK, GrpcMessage.framed(new byte[0]));

        assertThat(response.body()).containsExactly(0, 0, 0, 0, 2, 8, 1);
    }

    @Test
    void bytesOfAnythingElse_harmNoOther() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = resource("envoy-1.40.hex");
        for (int i = 0; i < 200; i++) {
            byte[] bad = good.clone();
            for (int j = 0; j < 1 + i % 8; j++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try (Socket socket =
                    new Socket(server.address().getAddress(), server.address().getPort())) {
                socket.getOutputStream().write(bad, 0, 1 + random.nextInt(bad.length));
                socket.shutdownOutput();
                socket.setSoTimeout(30_000);
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("reset");
            }
        }

        assertThat(overallCode(
                        call(GrpcMethods.SHOULD_RATE_LIMIT, request("a", "b")).body()))
                .as("seed %d", seed)
                .isEqualTo(1);
    }
}
