package dev.sluice.proxy.admin.api;

import java.util.List;

/**
 * A sidecar that others receive reports from and this one doesn't.
 *
 * @param node empty: this sidecar has never received its name
 * @param receivedBy the sidecars that receive its reports
 * @param silentSeconds how long this sidecar hasn't received any
 * @param counted whether limits are held to a part for it, under {@code on-partition = quorum}
 */
public record UnreachableRow(
        String node, String incarnation, List<String> receivedBy, double silentSeconds, boolean counted) {
    public UnreachableRow {
        receivedBy = List.copyOf(receivedBy);
    }
}
