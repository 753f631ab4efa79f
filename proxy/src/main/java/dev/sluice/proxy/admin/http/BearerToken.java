package dev.sluice.proxy.admin.http;

import dev.sluice.policy.settings.AdminToken;
import java.util.Optional;

/** Checks {@code Authorization: Bearer <token>}; without a configured token every client is allowed. */
public record BearerToken(Optional<AdminToken> token) implements TokenCheck {
    private static final String SCHEME = "Bearer ";

    @Override
    public boolean isConfigured() {
        return token.isPresent();
    }

    @Override
    public boolean allows(String authorization) {
        return token.isEmpty()
                || (authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                        && token.get()
                                .matches(
                                        authorization.substring(SCHEME.length()).strip()));
    }
}
