package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.policy.identity.KeyObserver;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;

/**
 * The gate of one connection: remembers what its current request claims until RGW responds, and reports what the response
 * proves about the access key. Belongs to one event loop.
 */
final class ConnectionGate implements Gate {
    private static final int OK = 200;
    private static final int REDIRECT = 300;
    private static final int NOT_MODIFIED = 304;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final S3Gate gate;
    private final KeyObserver observer;
    private String accessKey = "";
    private String bucket = "";
    private boolean isAdminWrite;

    /** @param gate of the connection's event loop */
    ConnectionGate(S3Gate gate, KeyObserver observer) {
        this.gate = gate;
        this.observer = observer;
    }

    @Override
    public GateDecision decide(RequestHead head, Ticket ticket, long nowNanos) {
        GateDecision decision = gate.decide(head, ticket, nowNanos);
        remember(head);
        return decision;
    }

    @Override
    public GateDecision decide(FormHead form, Ticket ticket, long nowNanos) {
        GateDecision decision = gate.decide(form, ticket, nowNanos);
        remember(form.head());
        return decision;
    }

    private void remember(RequestHead head) {
        accessKey = gate.claimedKey();
        bucket = gate.claimedBucket();
        isAdminWrite = gate.isAdminRequest() && head.method() != HttpMethod.GET && head.method() != HttpMethod.HEAD;
    }

    @Override
    public void responded(int status) {
        boolean isServed = (status >= OK && status < REDIRECT) || status == NOT_MODIFIED;
        if (isAdminWrite && isServed) {
            observer.adminWrite();
        }
        // RGW looks for the object once it has checked the signature.
        if (!accessKey.isEmpty() && (isServed || status == NOT_FOUND)) {
            observer.accepted(accessKey);
        } else if (!accessKey.isEmpty() && status == FORBIDDEN) {
            observer.refused(accessKey);
        }
        if (!bucket.isEmpty() && isServed) {
            observer.served(bucket);
        }
    }
}
