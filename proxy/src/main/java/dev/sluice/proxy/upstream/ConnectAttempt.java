package dev.sluice.proxy.upstream;

import dev.sluice.proxy.loop.LoopContext;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/** One connection to RGW that is being opened, for one listener. Belongs to one event loop. */
public final class ConnectAttempt {
    private final LoopContext loop;
    private final ChannelFuture connecting;
    private @Nullable UpstreamListener listener;

    private ConnectAttempt(LoopContext loop, ChannelFuture connecting, UpstreamListener listener) {
        this.loop = loop;
        this.connecting = connecting;
        this.listener = listener;
    }

    /** Starts to wait for the future's result. The listener is not called before this returns. */
    static ConnectAttempt start(LoopContext loop, ChannelFuture connecting, UpstreamListener listener) {
        ConnectAttempt attempt = new ConnectAttempt(loop, connecting, listener);
        if (connecting.isDone()) {
            // There is not even a socket, as when no more files may be opened. Such a future has no event loop.
            loop.execute(attempt::finish);
        } else {
            connecting.addListener(done -> attempt.finish());
        }
        return attempt;
    }

    /** Closes the connection when it is open. The listener receives nothing. */
    public void cancel() {
        listener = null;
    }

    private void finish() {
        loop.readClock();
        UpstreamListener target = listener;
        listener = null;
        if (target != null && connecting.isSuccess()) {
            loop.counters().upstreamConnects.increment();
            target.onConnected(
                    connecting.channel().pipeline().get(UpstreamHandler.class).connection());
            return;
        }
        if (connecting.channel().isRegistered()) {
            connecting.channel().close();
        }
        if (target != null) {
            target.onConnectFailed();
        }
    }
}
