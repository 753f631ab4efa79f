package dev.sluice.proxy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AdminRequestTest {
    @Test
    void text_hasNeitherTheTokenNorTheQuery() throws BadRequestException {
        AdminRequest request = new AdminRequest(
                "GET",
                "/api/v1/explain",
                Map.of(),
                QueryParameters.parse("user=AKIDALICE"),
                "{}",
                "Bearer 0123456789abcdef",
                "",
                "192.0.2.1:7",
                9090,
                Map.of());

        assertThat(request).hasToString("GET /api/v1/explain from 192.0.2.1:7");
    }
}
