package dev.sluice.proxy.clientaddress;

import dev.sluice.common.IpAddress;
import java.util.Optional;

/** The result of parsing the first bytes of a connection as a PROXY header. */
sealed interface ProxyHeaderResult {
    /** Valid so far; more bytes are needed. */
    record Incomplete() implements ProxyHeaderResult {}

    /** No PROXY header, whatever follows. */
    record Malformed(String reason) implements ProxyHeaderResult {}

    /**
     * A header.
     *
     * @param length in bytes
     * @param source who connected to the balancer; empty if the header does not say, or if the balancer connected on its
     *     own behalf
     */
    record Complete(int length, Optional<IpAddress> source) implements ProxyHeaderResult {}
}
