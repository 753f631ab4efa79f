package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.Problem;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a relay (config/relay.conf): those of a sidecar's that concern the bus. Read once at start.
 *
 * @param nodeId for people
 */
public record RelaySettings(String nodeId, Settings.Sync sync, Settings.Admin admin) {
    /**
     * What reading a file gave.
     *
     * @param settings empty if there are errors
     */
    public record Result(Optional<RelaySettings> settings, List<Problem> problems) {
        public Result {
            problems = List.copyOf(problems);
        }
    }
}
