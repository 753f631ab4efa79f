package dev.sluice.it.harness.process;

import java.util.Optional;
import java.util.regex.Pattern;

/** The one line by which the sidecar says that it serves, and where. */
public record ReadyLine(String listen, String admin, String sync) {
    private static final Pattern FORM =
            Pattern.compile("sluice: ready listen=(\\S+:\\d+) admin=(\\S+:\\d+) sync=(tcp://\\S+:\\d+)");

    public static Optional<ReadyLine> parse(String line) {
        var matcher = FORM.matcher(line);
        return matcher.matches()
                ? Optional.of(new ReadyLine(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }
}
