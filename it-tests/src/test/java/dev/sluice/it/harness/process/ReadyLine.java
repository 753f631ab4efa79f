package dev.sluice.it.harness.process;

import java.util.Optional;
import java.util.regex.Pattern;

/** The line that a sidecar or a quota service prints when it is ready, with its addresses. */
public record ReadyLine(String listen, String admin, String sync) {
    private static final Pattern FORM = Pattern.compile(
            "sluice(?: quota)?: ready listen=(\\S+:\\d+) admin=(\\S+:\\d+) sync=(tcp://\\S+:\\d+)(?: quota=\\S+:\\d+)?");

    public static Optional<ReadyLine> parse(String line) {
        var matcher = FORM.matcher(line);
        return matcher.matches()
                ? Optional.of(new ReadyLine(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }
}
