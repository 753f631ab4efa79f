package dev.sluice.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/** How a client's connection is ended: with TLS in between it takes more than a socket's ways. On its event loop. */
public interface ConnectionClose {
    /** Whether clients come by TLS. */
    boolean isSecure();

    /** Tells the client that nothing more comes. To be called when all that was written has left. */
    void endOutput();

    /** Closes without a word: what the client got isn't whole, and it must not take it for whole. */
    void cutOff();

    /** Without TLS. */
    record Plain(Channel channel) implements ConnectionClose {
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
        public void cutOff() {
            channel.close();
        }
    }
}
