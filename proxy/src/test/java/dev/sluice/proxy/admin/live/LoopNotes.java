package dev.sluice.proxy.admin.live;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import io.netty.channel.embedded.EmbeddedChannel;

/** What an event loop notes of requests. */
final class LoopNotes {
    private LoopNotes() {}

    static void rejected(ProxyCounters counters, String user, IpAddress client, int times) {
        EmbeddedChannel any = new EmbeddedChannel();
        LoopContext loop = new LoopContext(any.eventLoop(), () -> 0, Transport.NIO, counters);
        Limit limit = Limit.perSecond(10, MeterAlgorithm.WINDOW);
        for (int i = 0; i < times; i++) {
            loop.onRejected(
                    new Verdict.Rejected(Scope.USER, user, Dimension.READ_OPS, limit, 1_000_000_000L),
                    client,
                    HttpMethod.GET);
        }
        any.finishAndReleaseAll();
    }
}
