package dev.sluice.proxy.cli;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.RelaySettings;
import dev.sluice.proxy.app.Relay;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code sluice relay}: forwards reports until SIGTERM or SIGINT. */
final class RelayCommand {
    private RelayCommand() {}

    static int run(String file, PrintStream out, PrintStream err) {
        ForegroundCommand.shortenNameCaching();
        ReadResult<RelaySettings> result = ConfigCheck.checkRelay(Path.of(file));
        ForegroundCommand.print(result.problems(), err);
        if (result.value().isEmpty()) {
            return Main.BAD_USAGE;
        }
        Relay relay;
        try {
            relay = Relay.start(result.value().get());
        } catch (IOException e) {
            err.println("error: " + e.getMessage());
            return Main.FAILED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(relay), "shutdown"));
        out.println("sluice relay: ready sync=" + relay.endpoint() + " admin="
                + NetUtil.toSocketAddressString(relay.adminAddress()));
        out.flush();
        return ForegroundCommand.stay();
    }

    private static void shutDown(Relay relay) {
        relay.close();
        LogShutdown.flush();
        // A stop by a signal is a success. Without this the JVM would exit with 128 plus the number of the signal.
        Runtime.getRuntime().halt(Main.OK);
    }
}
