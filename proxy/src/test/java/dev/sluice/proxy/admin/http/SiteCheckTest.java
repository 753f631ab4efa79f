package dev.sluice.proxy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteCheckTest {
    private static final SiteCheck CHECK = new SiteCheck(List.of("Sluice.Example.com"));

    private static Optional<AdminResponse> refusal(boolean needsToken, String... namesAndValues) {
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        AdminRequest request = new AdminRequest(
                "GET", "/api/v1/usage", Map.of(), QueryParameters.NONE, "", "", "", "192.0.2.1:7", 9090, headers);
        return CHECK.refusal(request, needsToken);
    }

    private static String message(Optional<AdminResponse> refusal) {
        return ((JsonResponse.ErrorBody) ((JsonResponse) refusal.orElseThrow()).body()).msg();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:9090",
                "LOCALHOST",
                "localhost.:9090",
                "rgw1.localhost:9090",
                "127.0.0.1:9090",
                "10.1.2.3",
                "[::1]:9090",
                "[2001:db8::7]",
                "sluice.example.com",
                "sluice.example.com:443"
            })
    void addressOrKnownName_passes(String host) {
        assertThat(refusal(false, "host", host)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:9090",
                "127.0.0.1.evil.example:9090",
                "localhost.evil.example",
                "evil-localhost",
                "xsluice.example.com",
                "127.0.0.1,evil.example",
                "evil.example,127.0.0.1",
                "1.2.3",
                "[::1",
                "user@localhost:x@evil",
                ":9090"
            })
    void anotherName_isMisdirected_withoutAToken(String host) {
        Optional<AdminResponse> refusal = refusal(false, "host", host);

        assertThat(refusal.map(AdminResponse::status)).contains(421);
        assertThat(message(refusal)).contains("admin.hosts").contains("localhost");
        assertThat(refusal(true, "host", host)).isEmpty();
    }

    @Test
    void clientThatIsNoBrowser_passes() {
        assertThat(refusal(false)).isEmpty();
        assertThat(refusal(true, "host", "rgw1:9090")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:9090, localhost:9090",
        "http://rgw1:9090, rgw1:9090",
        "https://sluice.example.com, 127.0.0.1:9090",
        "https://sluice.example.com:8443, rgw1:9090"
    })
    void pageOfTheHostItselfOrOfAKnownProxy_passes(String origin, String host) {
        assertThat(refusal(true, "host", host, "origin", origin)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example, localhost:9090",
        "http://localhost:3000, localhost:9090",
        "null, localhost:9090",
        "http://evil.example, ''",
        "file://, localhost:9090",
    })
    void pageOfAnotherSite_isForbidden(String origin, String host) {
        assertThat(refusal(true, "host", host, "origin", origin).map(AdminResponse::status))
                .contains(403);
        assertThat(message(refusal(false, "host", host, "origin", origin))).contains("another site");
    }

    @Test
    void linkFromAnotherSite_isFollowed_butNoCallIsServed() {
        assertThat(refusal(false, "host", "localhost", "sec-fetch-site", "cross-site", "sec-fetch-mode", "navigate"))
                .isEmpty();
        assertThat(refusal(false, "host", "localhost", "sec-fetch-site", "same-origin", "sec-fetch-mode", "cors"))
                .isEmpty();
        assertThat(refusal(false, "host", "localhost", "sec-fetch-site", "none", "sec-fetch-mode", "navigate"))
                .isEmpty();
        assertThat(refusal(false, "host", "localhost", "sec-fetch-site", "cross-site", "sec-fetch-mode", "no-cors")
                        .map(AdminResponse::status))
                .contains(403);
        assertThat(refusal(false, "host", "localhost", "sec-fetch-site", "same-site", "sec-fetch-mode", "no-cors")
                        .map(AdminResponse::status))
                .contains(403);
    }
}
