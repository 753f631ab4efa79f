package dev.sluice.policy.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatcherCheckTest {
    private final AtomicLong busyMillis = new AtomicLong();
    private final WatcherCheck check = new WatcherCheck("limits-watcher", busyMillis::get);
    private final Reloadable<String> reloadable = new Reloadable<>("first");

    @Test
    void watcherThatDoesNotComeBack_makesItsSourceStale() {
        reloadable.watchedBy(check);
        busyMillis.set(WatcherCheck.STUCK_MILLIS - 1);
        assertThat(reloadable.staleness()).isEmpty();

        busyMillis.set(12_345);

        assertThat(check.staleness(1_000_000))
                .contains(new Staleness(
                        987_655,
                        "the limits-watcher has not come back from its files for 12 s, no change is seen;"
                                + " check the disk that holds them, and the load of this machine"));
        assertThat(reloadable.staleness()).isPresent();
    }

    @Test
    void watcherThatGoesOn_isForgotten() {
        reloadable.watchedBy(check);
        busyMillis.set(20_000);
        check.report();

        busyMillis.set(0);
        check.report();

        assertThat(reloadable.staleness()).isEmpty();
    }
}
