package dev.sluice.proxy.clientaddress;

import dev.sluice.common.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where a request comes from, as far as somebody trustworthy says so: what is asked when something is to be counted,
 * logged or allowed by address. Never what an unknown client claims of itself. Immutable; most connections have one
 * for all their requests.
 */
public final class ClientAddress {
    /** How the client spoke to the first proxy that is trusted, or to this one. */
    enum Scheme {
        HTTP("http"),
        HTTPS("https");

        private final String text;

        Scheme(String text) {
            this.text = text;
        }

        /** The one whose name stands in [from, to), to the letter, as RGW compares; {@code otherwise} if none does. */
        static Scheme of(byte[] bytes, int from, int to, Scheme otherwise) {
            String said = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
            return HTTPS.text.equals(said) ? HTTPS : HTTP.text.equals(said) ? HTTP : otherwise;
        }
    }

    private final IpAddress address;
    private final byte[] lines;

    private ClientAddress(IpAddress address, byte[] lines) {
        this.address = address;
        this.lines = lines;
    }

    /**
     * A client and the proxies between it and here.
     *
     * @param way at least one address; the client's first
     */
    static ClientAddress of(List<IpAddress> way, Scheme scheme) {
        StringBuilder text = new StringBuilder("X-Forwarded-For: ");
        for (int i = 0; i < way.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(way.get(i));
        }
        text.append("\r\nX-Forwarded-Proto: ").append(scheme.text).append("\r\n\r\n");
        return new ClientAddress(way.get(0), text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    public IpAddress address() {
        return address;
    }

    /** The end of the head that RGW gets: the lines that tell it, and the empty line. Not to be changed. */
    public byte[] headEnd() {
        return lines;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
