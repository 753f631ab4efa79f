package dev.sluice.proxy.admin.http;

/** Decides which clients may call the routes of {@link RouteAccess#TOKEN}. */
@FunctionalInterface
public interface TokenCheck {
    /**
     * Whether a client may.
     *
     * @param authorization the header; empty: none
     */
    boolean allows(String authorization);
}
