package dev.sluice.simulate.engine;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.simulate.scenario.Scenario.Load;

/**
 * Clients that transfer large objects, one after the other, as fast as connection and limits allow. A rejected client
 * backs off as a closed-loop client does. A client whose node crashes starts over on another node.
 */
final class TransferClients {
    /** The largest single read. */
    private static final long READ_BYTES = 256 * 1024;

    private static final long DOWN_NANOS = 10_000_000L;

    private final Load load;
    private final int index;
    private final RequestSchedule routes;
    private final ClosedLoopClients clients;
    private final SimulatedCluster cluster;
    private final Agenda agenda;
    private final SimulationTrace trace;

    TransferClients(
            Load load,
            int index,
            RequestSchedule routes,
            ClosedLoopClients clients,
            SimulatedCluster cluster,
            Agenda agenda,
            SimulationTrace trace) {
        this.load = load;
        this.index = index;
        this.routes = routes;
        this.clients = clients;
        this.cluster = cluster;
        this.agenda = agenda;
        this.trace = trace;
    }

    void begin() {
        for (int c = 0; c < load.clients(); c++) {
            int client = c;
            agenda.atClient(clients.firstNanos(), now -> open(client, now));
        }
    }

    private void open(int client, long nowNanos) {
        if (nowNanos >= load.toNanos()) {
            return;
        }
        int at = routes.route(nowNanos, client);
        SimulatedSidecar node = cluster.node(at);
        if (node == null) {
            agenda.atClient(nowNanos + DOWN_NANOS, now -> open(client, now));
            return;
        }
        Ticket ticket = new Ticket();
        boolean admitted = node.begin(ticket, nowNanos);
        if (admitted) {
            new Transfer(client, at, node, ticket, nowNanos).move(nowNanos);
        } else {
            agenda.atClient(clients.nextNanos(client, false, nowNanos), now -> open(client, now));
        }
    }

    /** One transfer in progress. */
    private final class Transfer {
        private final int client;
        private final int at;
        private final SimulatedSidecar node;
        private final Ticket ticket;
        private long left = load.size();
        private long readyNanos;
        private long checkedNanos;

        Transfer(int client, int at, SimulatedSidecar node, Ticket ticket, long nowNanos) {
            this.client = client;
            this.at = at;
            this.node = node;
            this.ticket = ticket;
            this.readyNanos = nowNanos;
            this.checkedNanos = nowNanos;
        }

        void move(long nowNanos) {
            long couldMove = (long) ((nowNanos - checkedNanos) * 1e-9 * load.bytesPerSecond());
            checkedNanos = nowNanos;
            if (cluster.node(at) != node) {
                open(client, nowNanos);
                return;
            }
            if (nowNanos >= load.toNanos()) {
                node.end(ticket, nowNanos);
                return;
            }
            long bytes = Math.min(Math.min(left, READ_BYTES), node.mayMove(ticket, nowNanos));
            trace.request(index, couldMove, bytes, nowNanos);
            if (bytes == 0) {
                agenda.atClient(nowNanos + ticket.download().waitNanos(), this::move);
                return;
            }
            trace.held(nowNanos - readyNanos);
            node.moved(ticket, bytes, nowNanos);
            left -= bytes;
            readyNanos = nowNanos + Math.max(1, (long) (bytes * 1e9 / load.bytesPerSecond()));
            if (left > 0) {
                agenda.atClient(readyNanos, this::move);
            } else {
                node.end(ticket, nowNanos);
                agenda.atClient(readyNanos, now -> open(client, now));
            }
        }
    }
}
