package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gateways and clients that break off anywhere. A client never reads a whole response that is not its own, every
 * exchange ends, and (as in all tests) no buffer leaks.
 */
class RandomFaultsTest {
    private static final Pattern NUMBER = Pattern.compile("/n(\\d+)");
    private static final String POISON = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)");

    /** ErrorResponses with the number in the target, as long as it doesn't choose to break off. */
    private static void talk(RecordingUpstream.Connection connection, Random random) throws IOException {
        for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
            Matcher number = NUMBER.matcher(head);
            assertThat(number.find()).isTrue();
            Matcher length = LENGTH.matcher(head);
            int bodyBytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
            int choice = random.nextInt(20);
            // Data behind a response must come in the same read, to be distinguishable from the next response.
            int most = choice == 4 ? 20 : 3_000;
            String body = ("<" + number.group(1) + ">").repeat(1 + random.nextInt(most));
            boolean bodiless = head.startsWith("HEAD");
            String answer = switch (random.nextInt(3)) {
                case 0 -> "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + (bodiless ? "" : body);
                case 1 ->
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + (bodiless ? "" : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
                default -> "HTTP/1.1 404 Not Found\r\nX-N: " + number.group(1) + "\r\nContent-Length: 0\r\n\r\n";
            };
            if (choice == 0) {
                return;
            }
            if (choice == 1) {
                connection.reset();
                return;
            }
            if (choice == 2) {
                connection.write(answer.substring(0, random.nextInt(answer.length())));
                return;
            }
            if (choice == 3) {
                connection.write(answer.substring(0, random.nextInt(answer.length())));
                connection.reset();
                return;
            }
            if (choice == 4) {
                connection.readBody(bodyBytes);
                connection.write(answer + POISON.substring(0, 1 + random.nextInt(POISON.length())));
            } else if (choice == 5) {
                // Before the body is read, which then is the next thing on this connection: it isn't used again.
                connection.write(answer);
                connection.readBody(bodyBytes);
            } else {
                connection.readBody(bodyBytes);
                connection.write(answer);
            }
        }
    }

    private static int act(ProxyFixture proxy, AtomicInteger numbers, Random random) throws IOException {
        int whole = 0;
        try (Client client = proxy.client()) {
            for (int i = 0; i < 20; i++) {
                int n = numbers.incrementAndGet();
                int bodyBytes = random.nextBoolean() ? 0 : random.nextInt(50_000);
                String method = bodyBytes > 0 ? "PUT" : random.nextBoolean() ? "GET" : "HEAD";
                String target = random.nextInt(8) == 0 ? "/refuse" : "/n" + n;
                String request = method + " " + target + " HTTP/1.1\r\nHost: s3\r\n"
                        + (bodyBytes > 0 ? "Content-Length: " + bodyBytes + "\r\n" : "") + "\r\n"
                        + "x".repeat(bodyBytes);
                if (random.nextInt(30) == 0) {
                    client.send(request.substring(0, random.nextInt(request.length())));
                    if (random.nextBoolean()) {
                        client.reset();
                    }
                    return whole;
                }
                client.send(request);
                String head = client.readHead();
                if (head.isEmpty()) {
                    return whole;
                }
                String body = method.equals("HEAD") ? "" : client.readBody(head);
                whole += check(head, body, n);
                if (head.toLowerCase(java.util.Locale.ROOT).contains("connection: close")) {
                    return whole;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Visibly broken, which it may be.
        }
        return whole;
    }

    /** That what was read belongs to that request; 1 if it was the gateway's answer, and whole. */
    private static int check(String head, String body, int n) {
        String own = "<" + n + ">";
        assertThat(head + body).doesNotContain("poison");
        assertThat(body.replace(own, "")).matches("|[<\\d>]{0,12}|<\\?xml.*</Error>");
        if (head.startsWith("HTTP/1.1 404 ")) {
            assertThat(head).contains("X-N: " + n + "\r\n");
        }
        return body.startsWith(own) && body.endsWith(own) ? 1 : 0;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void exchanges_that_break_off_anywhere_mix_up_nothing_and_leave_nothing_behind(long seed) throws Exception {
        AtomicLong seeds = new AtomicLong(seed * 1_000_000);
        AtomicInteger numbers = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (RecordingUpstream upstream =
                        new RecordingUpstream(connection -> talk(connection, new Random(seeds.incrementAndGet())));
                ProxyFixture proxy = new ProxyFixture(upstream.address())) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                Random random = new Random(seeds.incrementAndGet());
                clients.add(threads.submit(() -> act(proxy, numbers, random)));
            }
            int whole = 0;
            for (Future<Integer> client : clients) {
                whole += client.get();
            }

            assertThat(whole).isGreaterThan(50);
            await().until(() -> proxy.counters.exchanges.sum() == 0 && proxy.counters.clientConnections.sum() == 0);
        } finally {
            threads.shutdownNow();
        }
    }
}
