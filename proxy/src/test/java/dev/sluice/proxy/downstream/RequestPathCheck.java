package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.ExpectedExchange;
import dev.sluice.proxy.testing.NettyRequest;
import dev.sluice.proxy.testing.SocketlessPath;
import dev.sluice.proxy.testing.StrictUpstream;
import dev.sluice.proxy.testing.StrictUpstream.Mangled;
import dev.sluice.proxy.testing.StrictUpstream.Seen;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a client sends, as many requests come out of the proxy as went in, each as it was: cut by a strict parser
 * that shares no code with the proxy's, and by Netty's decoder. Byte for byte, but for the lines that end at the proxy
 * and its own one, which is always there, once, and tells the client's true address.
 */
final class RequestPathCheck {
    private static final String FORWARDED_FOR = "X-Forwarded-For: " + SocketlessPath.CLIENT;
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto: http";
    private static final NettyRequest LAST = new NettyRequest("GET /last HTTP/1.1", List.of(SocketlessPath.CLIENT), "");
    private static final Pattern NUMBERS = Pattern.compile(SocketlessPath.NUMBER + "(-?[0-9]+)\r\n");
    private static final Pattern CLAIMED =
            Pattern.compile("(?i)\r\n(?:x[-_]forwarded[-_](?:for|proto)|forwarded|x[-_]real[-_]ip):[^\r]*");
    private static final Pattern OLD_WEB_SOCKET = Pattern.compile("(?i)sec-websocket-key[12]");

    /** What the client sent, by the strict parser, less what the proxy refuses. */
    private final List<Seen> meant = new ArrayList<>();
    /** Of those, how many bytes there were when the last of them was at its end. */
    private int meantBytes;

    private int refused;
    private final String stream;
    private final SocketlessPath path;
    /** What gateways got, less the other client's request. */
    private final List<Seen> whole;

    private final String how;

    private RequestPathCheck(byte[] bytes, int schedule) {
        stream = new String(bytes, StandardCharsets.ISO_8859_1);
        how = "schedule " + schedule + ": " + stream.replace("\r", "\\r").replace("\n", "\\n\n");
        path = new SocketlessPath(bytes, schedule);
        whole = new ArrayList<>(path.whole());
        readMeant();
    }

    /**
     * Sends them.
     *
     * @param schedule see {@link SocketlessPath}
     * @return how many requests came through
     */
    static int requestsOf(byte[] bytes, int schedule) {
        RequestPathCheck check = new RequestPathCheck(bytes, schedule);
        try (SocketlessPath path = check.path) {
            check.lastRequestComesThrough();
            check.wholeRequestsAreThoseSent();
            check.unfinishedRequestIsTheNextOne();
            check.ownLineIsThereOnce();
            check.nettyReadsTheSame();
            check.answersAreInOrder();
        }
        assertThat(check.path.leakedBytes()).as(check.how).isZero();
        return check.whole.size();
    }

    private void readMeant() {
        int at = 0;
        try {
            Seen seen = next(at);
            while (seen != null) {
                at += (stream.startsWith("\r\n", at) ? 2 : 0)
                        + seen.head().length()
                        + seen.body().length();
                if (SocketlessPath.isRefused(target(seen.head()))) {
                    refused++;
                } else {
                    meant.add(seen);
                }
                meantBytes = at;
                seen = next(at);
            }
        } catch (Mangled e) {
            // From here on nothing may come through.
        }
    }

    /** One empty line before a head is nothing. */
    private @Nullable Seen next(int at) {
        return StrictUpstream.first(stream.substring(stream.startsWith("\r\n", at) ? at + 2 : at));
    }

    private static String target(String head) {
        return head.split(" ", 3)[1];
    }

    /** The head that a gateway must get: without what the client claims about its address. */
    private static String forwarded(String head) {
        return new ExpectedExchange(CLAIMED.matcher(head).replaceAll(""), true)
                .with(FORWARDED_FOR + "\r\n" + FORWARDED_PROTO);
    }

    /** The next client gets none of what the first one has left. */
    private void lastRequestComesThrough() {
        assertThat(whole).as(how).endsWith(new Seen(forwarded(SocketlessPath.LAST_REQUEST), ""));
        whole.remove(whole.size() - 1);
        assertThat(path.lastAnswer())
                .as(how)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\n" + SocketlessPath.NUMBER + whole.size() + "\r\n")
                .endsWith("\r\n\r\nok");
    }

    private void wholeRequestsAreThoseSent() {
        assertThat(whole.size()).as(how).isLessThanOrEqualTo(meant.size());
        for (int i = 0; i < whole.size(); i++) {
            assertThat(whole.get(i).head())
                    .as(how)
                    .isEqualTo(forwarded(meant.get(i).head()));
            assertThat(whole.get(i).body()).as(how).isEqualTo(meant.get(i).body());
        }
        // Nothing is lost without an error.
        if (whole.size() < meant.size()) {
            assertThat(path.answers()).as(how).contains("\r\nConnection: close\r\n");
        }
    }

    /** At most one, of which a gateway has seen no more than was sent. */
    private void unfinishedRequestIsTheNextOne() {
        List<String> remains = path.remains();
        assertThat(remains).as(how).hasSizeLessThanOrEqualTo(1);
        for (String part : remains) {
            int done = whole.size();
            String sent = done < meant.size()
                    ? meant.get(done).head() + meant.get(done).body()
                    : stream.substring(meantBytes + (stream.startsWith("\r\n", meantBytes) ? 2 : 0));
            int headEnd = sent.indexOf("\r\n\r\n") + 4;
            assertThat(headEnd).as(how).isGreaterThan(4);
            assertThat(SocketlessPath.isRefused(target(sent))).as(how).isFalse();
            assertThat(forwarded(sent.substring(0, headEnd)) + sent.substring(headEnd))
                    .as(how)
                    .startsWith(part);
        }
    }

    /** By any name that RGW takes for it, as it makes no difference between {@code -} and {@code _}. */
    private void ownLineIsThereOnce() {
        for (Seen seen : whole) {
            List<String> lines = Arrays.stream(seen.head().split("\r\n"))
                    // A method may be called so too.
                    .skip(1)
                    .filter(line ->
                            line.toLowerCase(Locale.ROOT).replace('_', '-').startsWith("x-forwarded-"))
                    .toList();
            assertThat(lines).as(how).contains(FORWARDED_FOR, FORWARDED_PROTO);
            assertThat(lines.stream().map(line -> line.substring(0, line.indexOf(':'))))
                    .as(how)
                    .containsOnlyOnce("X-Forwarded-For", "X-Forwarded-Proto");
        }
    }

    private void nettyReadsTheSame() {
        if (OLD_WEB_SOCKET.matcher(stream).find()) {
            // Netty takes 8 bytes more for the body of such a GET, which nobody else does.
            return;
        }
        List<NettyRequest> out = new ArrayList<>();
        for (String received : path.received()) {
            out.addAll(NettyRequest.all(received));
        }
        // One only: a client may well have sent the same.
        assertThat(out.remove(LAST)).as(how).isTrue();
        List<String> outLines = lines(out);
        List<String> expected = whole.stream()
                .map(seen -> seen.head().substring(0, seen.head().indexOf("\r\n")))
                .collect(Collectors.toList());
        assertThat(outLines).as(how).containsExactlyInAnyOrderElementsOf(expected);
        List<NettyRequest> in = NettyRequest.all(stream).stream()
                .filter(request -> !SocketlessPath.isRefused(request.target()))
                .limit(out.size())
                .toList();
        assertThat(out.stream().map(NettyRequest::content).toList())
                .as(how)
                .containsExactlyInAnyOrderElementsOf(
                        in.stream().map(NettyRequest::content).toList());
        assertThat(lines(in)).as(how).isEqualTo(expected);
        out.forEach(request -> assertThat(request.forwardedFor()).as(how).containsExactly(SocketlessPath.CLIENT));
    }

    private static List<String> lines(List<NettyRequest> requests) {
        return requests.stream().map(NettyRequest::line).toList();
    }

    private void answersAreInOrder() {
        List<Integer> numbers = NUMBERS.matcher(path.answers())
                .results()
                .map(match -> Integer.parseInt(match.group(1)))
                .filter(number -> number >= 0)
                .toList();
        int all = whole.size();
        assertThat(numbers).as(how).isEqualTo(IntStream.range(0, all).boxed().toList());
        long refusals = Pattern.compile("x-sluice-limit: ")
                .matcher(path.answers())
                .results()
                .count();
        assertThat(refusals).as(how).isLessThanOrEqualTo(refused + 1);
    }
}
