package dev.sluice.proxy.admin.http;

/**
 * A request to the admin port.
 *
 * @param path without the query
 * @param authorization the header; empty: none
 * @param localPort the port of this process that it came to
 */
public record AdminRequest(String method, String path, String authorization, int localPort) {}
