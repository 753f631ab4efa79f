package dev.sluice.policy.keys;

import dev.sluice.policy.source.PollingThread;
import java.util.List;
import java.util.Optional;

/**
 * Follows the files of the bus's keys and hands over what they hold when it changes.
 *
 * <p>What can't be read of the secret, or of the directory as a whole, stays as it was. A public key whose file is gone or
 * bad is no longer allowed: whoever takes a key away must be able to rely on it. A file may be half written at one
 * look, so nothing is acted on before two looks in a row saw the same.
 *
 * <p>All state belongs to the one thread that polls, which also makes the calls to the listener.
 */
public final class CurveWatcher implements AutoCloseable {
    /** Told of changes, on the watcher's thread. */
    public interface Listener {
        /**
         * The files hold something else than before.
         *
         * @param keys to be used from now on; may be those in use
         * @param faults what is wrong with the files now; empty: nothing
         */
        void onChanged(CurveKeys keys, List<CurveFiles.Fault> faults);
    }

    private static final long INTERVAL_MILLIS = 1_000;

    private final CurveFiles files;
    private final Listener listener;
    private final PollingThread polling;
    private CurveKeys current;
    private CurveFiles.Reading acted;
    private Optional<CurveFiles.Reading> seen = Optional.empty();

    /** @param current what is used now; the listener hears only of others */
    public CurveWatcher(CurveFiles files, CurveKeys current, Listener listener) {
        this.files = files;
        this.listener = listener;
        this.current = current;
        this.acted = new CurveFiles.Reading(
                Optional.of(current.own()), Optional.of(current.allowed()), List.of(), List.of());
        this.polling =
                new PollingThread("key-watcher", files.secretKeyFile().toString(), INTERVAL_MILLIS, unused -> look());
    }

    /** Begins to look, at once and then every second. */
    public void start() {
        polling.start();
    }

    /** Looks no more; a look that is under way is not interrupted. */
    @Override
    public void close() {
        polling.close();
    }

    /** One look at the files. Not to be called once started. */
    void look() {
        CurveFiles.Reading now = files.read();
        boolean same = seen.filter(now::equals).isPresent();
        seen = Optional.of(now);
        boolean news = !now.own().equals(acted.own())
                || !now.allowed().equals(acted.allowed())
                || !now.faults().equals(acted.faults());
        if (!same || !news) {
            return;
        }
        acted = now;
        current = new CurveKeys(now.own().orElse(current.own()), now.allowed().orElse(current.allowed()));
        listener.onChanged(current, now.faults());
    }
}
