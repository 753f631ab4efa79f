package dev.sluice.proxy.loop;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/** Ends a connection without TLS. */
public record PlainConnectionCloser(Channel channel) implements ConnectionCloser {
    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public void endOutput() {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    @Override
    public void abort() {
        channel.close();
    }
}
