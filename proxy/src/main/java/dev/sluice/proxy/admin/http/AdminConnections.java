package dev.sluice.proxy.admin.http;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The open connections of the admin port, the one that has been idle for longest first. When all places are taken, it
 * makes room: a probe is served whoever else holds connections. Belongs to the admin thread.
 */
final class AdminConnections {
    /** So many responses may be in work; with more, all connections could be busy, and none make room for a probe. */
    private static final int WORKING_MAX = 64;

    private final int max;
    private int working;
    private final Set<AdminConnection> open = new LinkedHashSet<>();

    AdminConnections(int max) {
        this.max = max;
    }

    /**
     * Adds a connection, if need be in the place of an idle one, else of the stream that has gone on for longest; returns
     * whether there was a place.
     */
    boolean add(AdminConnection connection) {
        if (open.size() >= max && !displace(AdminConnection::isIdle) && !displace(AdminConnection::isStreaming)) {
            return false;
        }
        open.add(connection);
        return true;
    }

    private boolean displace(Predicate<AdminConnection> which) {
        for (Iterator<AdminConnection> oldest = open.iterator(); oldest.hasNext(); ) {
            AdminConnection connection = oldest.next();
            if (which.test(connection)) {
                oldest.remove();
                connection.close();
                return true;
            }
        }
        return false;
    }

    /** Takes a place at the worker; returns whether there was one. */
    boolean beginWork() {
        if (working >= WORKING_MAX) {
            return false;
        }
        working++;
        return true;
    }

    /** The worker has made a response. */
    void endWork() {
        working--;
    }

    /** A request of the connection has ended: it is now the one that has been idle for the shortest time. */
    void onUsed(AdminConnection connection) {
        if (open.remove(connection)) {
            open.add(connection);
        }
    }

    void remove(AdminConnection connection) {
        open.remove(connection);
    }

    void closeAll() {
        List.copyOf(open).forEach(AdminConnection::close);
    }
}
