/** The admin port: server, request and response. */
package dev.sluice.proxy.admin.http;
