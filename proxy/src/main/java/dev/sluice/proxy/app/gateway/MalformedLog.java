package dev.sluice.proxy.app.gateway;

import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.loop.FaultCounters;
import dev.sluice.proxy.loop.ProxyCounters;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every few seconds how many malformed messages were refused since the last time, by their faults. The labels are
 * those of {@code docs/http.md}. Belongs to one thread.
 */
public final class MalformedLog {
    private static final Logger LOG = LoggerFactory.getLogger(MalformedLog.class);

    private final Line requests;
    private final Line responses;

    /** Nothing was malformed yet. */
    public MalformedLog(ProxyCounters counters) {
        requests = new Line("refused {} malformed requests of clients: {}", counters.requestFaults);
        responses = new Line("refused {} malformed responses of the gateway: {}", counters.responseFaults);
    }

    /** To be called every few seconds. */
    public void report() {
        requests.report();
        responses.report();
    }

    private static final class Line {
        private final String text;
        private final FaultCounters counters;
        private final Map<HttpFault, Long> before = new EnumMap<>(HttpFault.class);

        Line(String text, FaultCounters counters) {
            this.text = text;
            this.counters = counters;
        }

        void report() {
            long all = 0;
            StringBuilder faults = new StringBuilder();
            for (HttpFault fault : HttpFault.values()) {
                long now = counters.of(fault).sum();
                long more = now - before.getOrDefault(fault, 0L);
                if (more > 0) {
                    before.put(fault, now);
                    all += more;
                    faults.append(faults.isEmpty() ? "" : ", ")
                            .append(more)
                            .append(' ')
                            .append(fault.label());
                }
            }
            if (all > 0) {
                LOG.warn(text, all, faults);
            }
        }
    }
}
