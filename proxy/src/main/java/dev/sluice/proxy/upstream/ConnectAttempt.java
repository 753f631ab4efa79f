package dev.sluice.proxy.upstream;

import dev.sluice.proxy.loop.LoopContext;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection to RGW that is being opened, for one listener: to the first of the gateway's addresses that accepts.
 * Belongs to one event loop.
 */
public final class ConnectAttempt {
    private final LoopContext loop;
    private final GatewayAddresses addresses;
    private final List<InetSocketAddress> candidates;
    private final Function<InetSocketAddress, ChannelFuture> connector;
    private int tried;
    private @Nullable UpstreamListener listener;

    private ConnectAttempt(
            LoopContext loop,
            GatewayAddresses addresses,
            Function<InetSocketAddress, ChannelFuture> connector,
            UpstreamListener listener) {
        this.loop = loop;
        this.addresses = addresses;
        this.candidates = addresses.candidates();
        this.connector = connector;
        this.listener = listener;
    }

    /**
     * Starts to connect. The listener is not called before this returns.
     *
     * @param connector starts to connect to one address
     */
    static ConnectAttempt start(
            LoopContext loop,
            GatewayAddresses addresses,
            Function<InetSocketAddress, ChannelFuture> connector,
            UpstreamListener listener) {
        ConnectAttempt attempt = new ConnectAttempt(loop, addresses, connector, listener);
        attempt.next();
        return attempt;
    }

    private void next() {
        ChannelFuture connecting = connector.apply(candidates.get(tried));
        if (connecting.isDone()) {
            // There is not even a socket, as when no more files may be opened. Such a future has no event loop.
            loop.execute(() -> finish(connecting));
        } else {
            connecting.addListener(done -> finish(connecting));
        }
    }

    /** Closes the connection when it is open. The listener receives nothing. */
    public void cancel() {
        listener = null;
    }

    private void finish(ChannelFuture connecting) {
        loop.readClock();
        UpstreamListener target = listener;
        InetSocketAddress address = candidates.get(tried);
        if (target != null && connecting.isSuccess()) {
            listener = null;
            loop.counters().upstreamConnects.increment();
            addresses.onConnected(address);
            target.onConnected(
                    connecting.channel().pipeline().get(UpstreamHandler.class).connection());
            return;
        }
        if (connecting.channel().isRegistered()) {
            connecting.channel().close();
        }
        if (target == null) {
            return;
        }
        addresses.onFailed(address);
        tried++;
        if (tried < candidates.size()) {
            next();
        } else {
            listener = null;
            target.onConnectFailed();
        }
    }
}
