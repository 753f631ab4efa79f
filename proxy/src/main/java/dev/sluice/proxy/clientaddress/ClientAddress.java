package dev.sluice.proxy.clientaddress;

import dev.sluice.common.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where a request comes from, as far as a trusted source says so. It is what counts, logs and rules by address use, and
 * never an unverified claim of the client. Immutable; most connections have one for all their requests.
 */
public final class ClientAddress {
    /** The protocol between the client and the first trusted proxy, or this one. */
    enum Scheme {
        HTTP("http"),
        HTTPS("https");

        private final String text;

        Scheme(String text) {
            this.text = text;
        }

        /**
         * Returns the scheme whose name is {@code bytes[from, to)}, case-sensitive as in RGW; {@code otherwise} if
         * there is none.
         */
        static Scheme of(byte[] bytes, int from, int to, Scheme otherwise) {
            String name = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
            return HTTPS.text.equals(name) ? HTTPS : HTTP.text.equals(name) ? HTTP : otherwise;
        }
    }

    private final IpAddress address;
    private final byte[] lines;

    private ClientAddress(IpAddress address, byte[] lines) {
        this.address = address;
        this.lines = lines;
    }

    /**
     * A client and the proxies between it and this one.
     *
     * @param hops at least one address; the client comes first
     */
    static ClientAddress of(List<IpAddress> hops, Scheme scheme) {
        StringBuilder text = new StringBuilder("X-Forwarded-For: ");
        for (int i = 0; i < hops.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(hops.get(i));
        }
        text.append("\r\nX-Forwarded-Proto: ").append(scheme.text).append("\r\n\r\n");
        return new ClientAddress(hops.get(0), text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    public IpAddress address() {
        return address;
    }

    /** The end of the head that RGW gets: the forwarding headers and the empty line. Not to be changed. */
    public byte[] headEnd() {
        return lines;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
