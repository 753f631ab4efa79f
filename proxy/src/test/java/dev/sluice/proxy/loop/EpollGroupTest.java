package dev.sluice.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A loop with nothing on its calendar sleeps until it is woken. */
class EpollGroupTest {
    private EventLoopGroup group;

    @BeforeEach
    void start() {
        Assumptions.assumeTrue(Epoll.isAvailable());
        group = Transport.EPOLL.newGroup(1, "test-loop");
    }

    @AfterEach
    void stop() {
        if (group != null) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void loop_runsWhatOtherThreadsGiveIt_whenItIsDue() throws Exception {
        EventLoop loop = (EventLoop) group.next();

        assertThat(loop.submit(() -> "now").get(30, TimeUnit.SECONDS)).isEqualTo("now");
        assertThat(loop.schedule(() -> "later", 20, TimeUnit.MILLISECONDS).get(30, TimeUnit.SECONDS))
                .isEqualTo("later");
    }

    @Test
    void loop_runsWhatItPutOnItsCalendarItself() throws Exception {
        EventLoop loop = (EventLoop) group.next();

        var scheduled = loop.submit(() -> loop.schedule(() -> "later", 20, TimeUnit.MILLISECONDS))
                .get(30, TimeUnit.SECONDS);

        assertThat(scheduled.get(30, TimeUnit.SECONDS)).isEqualTo("later");
    }

    @Test
    void sleepingLoop_ends_whenItIsTold() {
        group.next().submit(() -> {}).awaitUninterruptibly();

        assertThat(group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(30, TimeUnit.SECONDS))
                .isTrue();
    }
}
