package dev.sluice.proxy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What any route of the admin port can rely on. */
class AdminRouterTest {
    private final AtomicReference<AdminRequest> last = new AtomicReference<>();
    private final CountDownLatch streamClosed = new CountDownLatch(1);
    private AdminServer server;

    private record Echo(String subject, int count) {}

    @BeforeEach
    void start() throws IOException {
        List<AdminRoute> routes = List.of(
                AdminRoute.get("/limits/{scope}/{subject}", RouteAccess.PUBLIC, this::echo),
                new AdminRoute("PUT", "/limits/{scope}/{subject}", RouteAccess.TOKEN, this::echo),
                new AdminRoute("DELETE", "/limits/{scope}/{subject}", RouteAccess.TOKEN, this::echo),
                AdminRoute.get("/events", RouteAccess.PUBLIC, request -> events()),
                AdminRoute.get(
                        "/index.html",
                        RouteAccess.PUBLIC,
                        request -> ContentResponse.bytes("text/html", new byte[] {'<', '>'})));
        AdminRouter router = new AdminRouter(routes, authorization -> authorization.equals("Bearer token"));
        server =
                AdminServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), router, Transport.best());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private AdminResponse echo(AdminRequest request) throws BadRequestException {
        last.set(request);
        int count = request.query().integer("count", 1, 10).orElse(1);
        return JsonResponse.ok(new Echo(request.pathParameter("subject"), count));
    }

    private StreamResponse events() {
        return new StreamResponse("text/event-stream", stream -> {
            stream.onClose(streamClosed::countDown);
            stream.write("data: 1\n\n");
            stream.write("data: 2\n\n");
            stream.end();
        });
    }

    private String request(String method, String target, String headersAndBody) throws IOException {
        return RawHttp.request(server.address(), method, target, headersAndBody);
    }

    @Test
    void path_parameters_are_decoded() throws Exception {
        String response = request("GET", "/limits/user/acme%24a%2Fb+c?count=3", "");

        assertThat(RawHttp.bodyOf(response)).isEqualTo("{\"subject\":\"acme$a/b+c\",\"count\":3}");
        assertThat(last.get().pathParameters()).containsEntry("scope", "user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/limits/user/", "/limits/user", "/limits/user/%zz", "/limits/user/a/b"})
    void path_that_does_not_fit_is_404(String path) throws Exception {
        assertThat(request("GET", path, "")).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @CsvSource({
        "count=x, must be a whole number from 1 to 10",
        "count=11, must be a whole number from 1 to 10",
        "count=1&count=2, count is given twice",
        "count=%zz, can't be decoded"
    })
    void bad_query_is_a_400_as_json(String query, String message) throws Exception {
        String response = request("GET", "/limits/user/a?" + query, "");

        assertThat(response).startsWith("HTTP/1.1 400 ").containsIgnoringCase("content-type: application/json");
        assertThat(RawHttp.bodyOf(response)).startsWith("{\"status\":0,").contains(message);
    }

    @Test
    void missing_query_parameter_is_named() {
        assertThat(catchThrowable(() -> QueryParameters.NONE.required("user")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("user is missing");
    }

    @Test
    void write_call_needs_the_token_and_gets_its_body() throws Exception {
        String body = "Content-Length: 11\r\n\r\n{\"a\":\"bcd\"}";

        assertThat(request("PUT", "/limits/user/a", body)).startsWith("HTTP/1.1 401 ");
        assertThat(last.get()).isNull();
        assertThat(request("PUT", "/limits/user/a", "Authorization: Bearer token\r\n" + body))
                .startsWith("HTTP/1.1 200 ");
        assertThat(last.get().body()).isEqualTo("{\"a\":\"bcd\"}");
    }

    @Test
    void other_method_is_405_with_all_that_the_path_has() throws Exception {
        assertThat(request("POST", "/limits/user/a", ""))
                .startsWith("HTTP/1.1 405 ")
                .containsIgnoringCase("\r\nallow: GET, HEAD, PUT, DELETE\r\n");
    }

    @Test
    void body_beyond_the_bound_is_413_as_json() throws Exception {
        String response = RawHttp.exchange(
                server.address(), "PUT /limits/user/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 413 ").containsIgnoringCase("content-type: application/json");
        assertThat(RawHttp.bodyOf(response)).contains("65536 bytes at most");
    }

    @Test
    void stream_is_sent_in_chunks_and_closes_its_connection() throws Exception {
        String response = request("GET", "/events", "");

        assertThat(response)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("\r\ncontent-type: text/event-stream\r\n")
                .containsSubsequence("data: 1", "data: 2");
        assertThat(streamClosed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void head_of_a_stream_does_not_open_it() throws Exception {
        assertThat(request("HEAD", "/events", ""))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n");
        assertThat(streamClosed.getCount()).isEqualTo(1);
    }

    @Test
    void file_has_its_type_and_length() throws Exception {
        assertThat(request("GET", "/index.html", ""))
                .containsIgnoringCase("\r\ncontent-type: text/html\r\n")
                .containsIgnoringCase("\r\ncontent-length: 2\r\n")
                .endsWith("<>");
    }
}
