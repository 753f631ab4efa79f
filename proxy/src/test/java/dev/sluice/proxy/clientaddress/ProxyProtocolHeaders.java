package dev.sluice.proxy.clientaddress;

import dev.sluice.common.IpAddress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Headers of the PROXY protocol, put together by hand. */
public final class ProxyProtocolHeaders {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    public static final int LOCAL = 0x20;
    public static final int PROXY = 0x21;
    public static final int INET = 0x11;
    public static final int INET6 = 0x21;

    private ProxyProtocolHeaders() {}

    public static byte[] v1(String line) {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** With the length that its rest has. */
    public static byte[] v2(int command, int family, byte[]... rest) {
        byte[] all = joined(rest);
        return v2OfLength(command, family, all.length, all);
    }

    public static byte[] v2OfLength(int command, int family, int length, byte[]... rest) {
        byte[] start = {(byte) command, (byte) family, (byte) (length >> 8), (byte) length};
        return joined(SIGNATURE, start, joined(rest));
    }

    /** Source and destination with their ports. */
    public static byte[] addresses(String source, String destination) {
        return joined(address(source), address(destination), new byte[] {0x30, 0x39, 0x01, (byte) 0xBB});
    }

    private static byte[] address(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        IpAddress address = IpAddress.parse(bytes, 0, bytes.length).orElseThrow();
        byte[] out = new byte[text.indexOf(':') < 0 ? 4 : 16];
        for (int i = 0; i < out.length; i++) {
            int fromEnd = out.length - 1 - i;
            long word = fromEnd < 8 ? address.low() : address.high();
            out[i] = (byte) (word >> 8 * (fromEnd % 8));
        }
        return out;
    }

    public static byte[] tlv(int type, byte[] value) {
        return joined(new byte[] {(byte) type, (byte) (value.length >> 8), (byte) value.length}, value);
    }

    public static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
