package dev.sluice.proxy.admin.http;

/** Decides which clients may call the routes that are not {@link RouteAccess#PUBLIC}. */
@FunctionalInterface
public interface TokenCheck {
    /**
     * Whether a client may.
     *
     * @param authorization the header; empty: none
     */
    boolean allows(String authorization);

    /** Whether there is a token at all. */
    default boolean isConfigured() {
        return true;
    }
}
