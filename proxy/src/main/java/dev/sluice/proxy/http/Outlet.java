package dev.sluice.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * A channel's way out. Netty asks each of a channel's handlers whether it wants to see a write, a flush or a wish to
 * read, and only TLS does; without it all of them go past the handlers, and a wish to read that is still open is not
 * told again: it is wished from both ends of an exchange. On the channel's event loop.
 */
final class Outlet {
    private final Channel channel;
    private final boolean isBare;
    /** Without TLS: Netty will read when something comes. Netty forgets it with each read that brings something. */
    private boolean isReading;

    /** @param isSecure whether there is TLS among the channel's handlers */
    Outlet(Channel channel, boolean isSecure) {
        this.channel = channel;
        this.isBare = !isSecure;
    }

    /** Takes over the bytes; they leave with the next {@link #flush}. If they can't, that is told as an exception. */
    void write(ByteBuf bytes) {
        if (isBare) {
            channel.unsafe().write(bytes, channel.voidPromise());
        } else {
            channel.write(bytes, channel.voidPromise());
        }
    }

    void flush() {
        if (isBare) {
            channel.unsafe().flush();
        } else {
            channel.flush();
        }
    }

    /** Reads once. To be asked for anew after each {@link #onRead}. */
    void read() {
        if (!isBare) {
            channel.read();
        } else if (!isReading) {
            isReading = true;
            channel.unsafe().beginRead();
        }
    }

    /** To be called with each read, whoever of the channel's handlers got what it brought. */
    void onRead() {
        isReading = false;
    }
}
