package dev.sluice.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * With TLS, an end is told by a {@code close_notify}, and a connection that closes without one has broken off.
 *
 * <p>After its {@code close_notify} this side has nothing more to say, and nothing to hear: TLS is taken out of the
 * pipeline, so that what a client still uploads is dropped as it came. Decrypting it would be work for nobody, and what
 * an engine that has closed makes of it differs from one to the next: some would reset the connection, and the client
 * would lose the answer.
 */
public record TlsConnectionClose(Channel channel, SslHandler tls) implements ConnectionClose {
    @Override
    public boolean isSecure() {
        return true;
    }

    @Override
    public void endOutput() {
        tls.closeOutbound().addListener(said -> {
            if (!said.isSuccess()) {
                cutOff();
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
    public void cutOff() {
        ChannelHandlerContext context = channel.pipeline().context(tls);
        if (context == null) {
            channel.close();
        } else {
            // Closes what is behind TLS: TLS itself would say close_notify first.
            context.close();
        }
    }
}
