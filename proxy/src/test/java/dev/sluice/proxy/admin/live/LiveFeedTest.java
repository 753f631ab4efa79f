package dev.sluice.proxy.admin.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.admin.http.ResponseStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Those who listen to the live stream: bounded, and dropped when they don't read. */
class LiveFeedTest {
    private final FakeSidecar sidecar = new FakeSidecar("a", 1);
    private final LiveFeed feed = new LiveFeed(sidecar.view, () -> 0, () -> FakeSidecar.START_MILLIS);

    private static final class Listener implements ResponseStream {
        private final List<String> events = new CopyOnWriteArrayList<>();
        private final List<Runnable> onClose = new ArrayList<>();
        private volatile boolean reads = true;
        private volatile boolean isAborted;
        private volatile boolean isEnded;

        @Override
        public boolean write(String text) {
            return reads && events.add(text);
        }

        @Override
        public void end() {
            isEnded = true;
        }

        @Override
        public void abort() {
            isAborted = true;
            leave();
        }

        @Override
        public void onClose(Runnable task) {
            onClose.add(task);
        }

        void leave() {
            onClose.forEach(Runnable::run);
            onClose.clear();
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        feed.close();
    }

    private Listener listen() {
        Listener listener = new Listener();
        feed.open(listener);
        return listener;
    }

    @Test
    void listener_getsTheHistory_andThenEachSecond() {
        sidecar.tick();
        feed.start();
        Listener listener = listen();

        await().until(() -> listener.events.size() >= 3);
        assertThat(listener.events.get(0)).startsWith("event: history\ndata: {\"time\":");
        assertThat(listener.events.get(1)).startsWith("event: now\ndata: {\"time\":");
        assertThat(listener.events.get(2)).startsWith("event: now\ndata: {\"time\":");
    }

    @Test
    void listenersBeyondTheBound_areSentAway_untilOneLeaves() {
        sidecar.tick();
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < LiveFeed.LISTENERS_MAX; i++) {
            assertThat(feed.isFull()).isFalse();
            listeners.add(listen());
        }
        assertThat(feed.isFull()).isTrue();
        assertThat(listen().isEnded).isTrue();

        listeners.get(0).leave();

        assertThat(feed.isFull()).isFalse();
        Listener next = listen();
        await().until(() -> next.events.size() == 1);
    }

    @Test
    void listenerThatDoesNotRead_isDropped() {
        sidecar.tick();
        Listener slow = listen();
        Listener quick = listen();
        await().until(() -> slow.events.size() == 1 && quick.events.size() == 1);
        feed.send("first");
        await().until(() -> slow.events.contains("first") && quick.events.contains("first"));

        slow.reads = false;
        for (int i = 0; i < 20 && !slow.isAborted; i++) {
            feed.send("next");
        }

        assertThat(slow.isAborted).isTrue();
        assertThat(quick.isAborted).isFalse();
        assertThat(quick.events.size()).isGreaterThan(10);
    }
}
