package dev.sluice.proxy.admin;

/**
 * A request to the admin port.
 *
 * @param path without the query
 * @param authorization the header; empty: none
 */
record AdminRequest(String method, String path, String authorization) {}
