package dev.sluice.proxy.cli;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.ConfigCheck.QuotaAloneConfiguration;
import dev.sluice.proxy.app.QuotaService;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code sluice quota}: runs the quota service without a gateway until SIGTERM or SIGINT, then drains. */
final class QuotaServiceCommand {
    private QuotaServiceCommand() {}

    static int run(String file, PrintStream out, PrintStream err) {
        ForegroundCommand.shortenNameCaching();
        ReadResult<QuotaAloneConfiguration> result = ConfigCheck.checkQuotaAlone(Path.of(file));
        ForegroundCommand.print(result.problems(), err);
        if (result.value().isEmpty()) {
            return Main.BAD_USAGE;
        }
        QuotaService service;
        try {
            service = QuotaService.start(result.value().get());
        } catch (IOException e) {
            err.println("error: " + e.getMessage());
            return Main.FAILED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(service), "shutdown"));
        out.println("sluice quota: ready listen=" + NetUtil.toSocketAddressString(service.listenAddress()) + " admin="
                + NetUtil.toSocketAddressString(service.adminAddress()) + " sync="
                + (service.syncEndpoint().isEmpty() ? "off" : service.syncEndpoint()));
        out.flush();
        return ForegroundCommand.stay();
    }

    private static void shutDown(QuotaService service) {
        Logger log = LoggerFactory.getLogger(QuotaServiceCommand.class);
        try {
            log.info("draining");
            boolean drained = service.drain();
            service.close();
            log.info(drained ? "stopped" : "stopped; some calls had not ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LogShutdown.flush();
        // A stop by a signal is a success. Without this the JVM would exit with 128 plus the number of the signal.
        Runtime.getRuntime().halt(Main.OK);
    }
}
