package dev.sluice.proxy.admin.http;

/**
 * A request to the admin port.
 *
 * @param path without the query
 * @param authorization the header; empty: none
 */
public record AdminRequest(String method, String path, String authorization) {}
