package dev.sluice.proxy.tls;

import dev.sluice.policy.source.Staleness;
import java.util.Optional;

/**
 * The certificate that new client connections get.
 *
 * @param staleness since when its files are bad; empty: they are good
 * @param notAfterWallMillis when the first certificate of the chain in use expires
 */
public record CertificateStatus(Optional<Staleness> staleness, long notAfterWallMillis) {}
