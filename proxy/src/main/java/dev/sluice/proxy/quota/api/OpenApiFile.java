package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The OpenAPI description of the quota port, which is part of the jar. */
final class OpenApiFile {
    private static final String NAME = "/openapi-quota.json";

    private OpenApiFile() {}

    /** Reads it anew each time: it is asked for rarely. */
    static QuotaResponse response() {
        try (InputStream in = OpenApiFile.class.getResourceAsStream(NAME)) {
            return in == null
                    ? QuotaErrors.client(404, "this build has no description")
                    : QuotaResponse.json(200, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("the jar can't be read", e);
        }
    }
}
