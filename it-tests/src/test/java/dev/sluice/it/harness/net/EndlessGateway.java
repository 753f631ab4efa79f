package dev.sluice.it.harness.net;

import java.io.IOException;
import java.io.OutputStream;

/** A gateway that responds to {@code /huge} with 5 GiB of generated data, and to all else with two bytes. */
public final class EndlessGateway extends StubGateway {
    private static final long HUGE_BYTES = 5L << 30;

    public EndlessGateway() throws IOException {
        open();
    }

    @Override
    protected void respond(String head, OutputStream out) throws IOException {
        boolean huge = head.startsWith("GET /huge ");
        write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + (huge ? HUGE_BYTES : 2) + "\r\n\r\n");
        if (huge) {
            var part = new byte[1 << 16];
            for (long left = HUGE_BYTES; left > 0; left -= part.length) {
                out.write(part);
            }
        } else {
            write(out, "ok");
        }
    }
}
