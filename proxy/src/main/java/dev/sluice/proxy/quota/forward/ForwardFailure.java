package dev.sluice.proxy.quota.forward;

/** A node did not respond to a call. */
final class ForwardFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean wasSent;

    /** @param wasSent whether the node may have made the call: all bytes of it were handed to the network */
    ForwardFailure(boolean wasSent, String message) {
        super(message, null, false, false);
        this.wasSent = wasSent;
    }

    boolean wasSent() {
        return wasSent;
    }
}
