package dev.sluice.sync.trust;

/**
 * What was refused of one link for one reason since the link was made. Immutable.
 *
 * @param endpoint {@code tcp://address:port} of the link
 * @param node the last name that came with it; empty: none was readable
 * @param reason the key of a {@link dev.sluice.sync.wire.DropReason} or a {@link RefusedPart}
 * @param count messages or parts of messages
 * @param ageNanos since the last of them
 */
public record PeerRefusal(String endpoint, String node, String reason, long count, long ageNanos) {}
