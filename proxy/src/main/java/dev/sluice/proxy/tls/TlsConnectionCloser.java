package dev.sluice.proxy.tls;

import dev.sluice.proxy.loop.ConnectionCloser;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * Ends a connection with TLS: the end of the output is signalled by a {@code close_notify}, and a connection that closes
 * without one has broken off.
 *
 * <p>After its {@code close_notify} this side neither sends nor decrypts anything more. TLS is removed from the pipeline,
 * so that what the client still uploads is dropped as received. Closed TLS engines differ in how they treat further
 * data: some would reset the connection, and the client would lose the response.
 */
record TlsConnectionCloser(Channel channel, SslHandler tls) implements ConnectionCloser {
    @Override
    public boolean isSecure() {
        return true;
    }

    @Override
    public void endOutput() {
        tls.closeOutbound().addListener(sent -> {
            if (!sent.isSuccess()) {
                abort();
                return;
            }
            if (channel.pipeline().context(tls) != null) {
                channel.pipeline().remove(tls);
            }
            if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        });
    }

    @Override
    public void abort() {
        ChannelHandlerContext context = channel.pipeline().context(tls);
        if (context == null) {
            channel.close();
        } else {
            // Closes the handlers below TLS: TLS itself would send close_notify first.
            context.close();
        }
    }
}
