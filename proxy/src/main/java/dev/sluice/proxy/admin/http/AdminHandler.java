package dev.sluice.proxy.admin.http;

/** Responds to the requests of one route. */
@FunctionalInterface
public interface AdminHandler {
    /**
     * Called on the admin port's worker, for probes on its thread of connections; must not block.
     *
     * @throws BadRequestException if the request lacks something
     */
    AdminResponse respond(AdminRequest request) throws BadRequestException;
}
