package dev.sluice.proxy.cli;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.Configuration;
import dev.sluice.proxy.app.Sidecar;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code sluice proxy}: runs the sidecar until SIGTERM or SIGINT, then drains. */
final class ProxyCommand {

    private ProxyCommand() {}

    static int run(String file, PrintStream out, PrintStream err) {
        ForegroundCommand.shortenNameCaching();
        ClassPreload preload = ClassPreload.start();
        ReadResult<Configuration> result = ConfigCheck.check(Path.of(file));
        ForegroundCommand.print(result.problems(), err);
        if (!(result instanceof ReadResult.Usable<Configuration> usable)) {
            return Main.BAD_USAGE;
        }
        preload.awaitLog();
        Sidecar sidecar;
        try {
            sidecar = Sidecar.start(usable.content());
        } catch (IOException e) {
            err.println("error: " + e.getMessage());
            return Main.FAILED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(sidecar), "shutdown"));
        out.println("sluice: ready listen=" + NetUtil.toSocketAddressString(sidecar.listenAddress()) + " admin="
                + NetUtil.toSocketAddressString(sidecar.adminAddress()) + " sync="
                + (sidecar.syncEndpoint().isEmpty() ? "off" : sidecar.syncEndpoint())
                + (sidecar.quotaAddress().isEmpty()
                        ? ""
                        : " quota="
                                + NetUtil.toSocketAddressString(
                                        sidecar.quotaAddress().get())));
        out.flush();
        return ForegroundCommand.stay();
    }

    /** Does nothing: the call loads this class, so that it gets into the class archive. */
    static void load() {}

    private static void shutDown(Sidecar sidecar) {
        // Not a constant: a constant would set the log up before anything else, and the start would wait for it.
        Logger log = LoggerFactory.getLogger(ProxyCommand.class);
        try {
            log.info("draining");
            boolean drained = sidecar.drain();
            sidecar.close();
            log.info(drained ? "stopped" : "stopped; some requests had not ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LogShutdown.flush();
        // A stop by a signal is a success. Without this the JVM would exit with 128 plus the number of the signal.
        Runtime.getRuntime().halt(Main.OK);
    }
}
