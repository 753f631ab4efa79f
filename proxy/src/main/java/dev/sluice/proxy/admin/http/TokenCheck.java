package dev.sluice.proxy.admin.http;

/** Decides who may call the routes of {@link RouteAccess#TOKEN}. */
@FunctionalInterface
public interface TokenCheck {
    /** @param authorization the header; empty: none */
    boolean allows(String authorization);
}
