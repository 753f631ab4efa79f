package dev.sluice.proxy.proof;

import dev.sluice.common.IpAddress;
import dev.sluice.common.SipHash;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.VerifyMode;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/** What all event loops know about claims. Thread-safe. */
public final class ClaimProofs {
    /** An IPv6 client has its network: it can choose the rest. */
    private static final int IPV6_BITS = 64;

    private final VerifyMode mode;
    private final IdentityDirectory directory;
    private final LongSupplier wallMillis;
    private final SipHash hash;
    private final ProvenPairs pairs = new ProvenPairs();
    private final DisagreedKeys disagreed = new DisagreedKeys();
    private final UnprovenInFlight inFlight = new UnprovenInFlight();
    private final ProofCounters counters = new ProofCounters();
    private final AddressSpread spread = new AddressSpread();

    /**
     * Knows no claim yet.
     *
     * @param directory has the secrets, and is told what responses prove
     * @param wallMillis the clock that signatures are dated by
     */
    public ClaimProofs(VerifyMode mode, IdentityDirectory directory, LongSupplier wallMillis) {
        this.mode = mode;
        this.directory = directory;
        this.wallMillis = wallMillis;
        SecureRandom random = new SecureRandom();
        this.hash = new SipHash(random.nextLong(), random.nextLong());
    }

    VerifyMode mode() {
        return mode;
    }

    IdentityDirectory directory() {
        return directory;
    }

    long wallSeconds() {
        return Math.floorDiv(wallMillis.getAsLong(), 1000L);
    }

    ProvenPairs pairs() {
        return pairs;
    }

    DisagreedKeys disagreed() {
        return disagreed;
    }

    UnprovenInFlight inFlight() {
        return inFlight;
    }

    /** What is counted. */
    public ProofCounters counters() {
        return counters;
    }

    /** Whether clients can be told apart by their addresses. */
    public AddressSpread spread() {
        return spread;
    }

    long hashOf(String accessKey) {
        return hash.of(accessKey);
    }

    /** A pair of a key, in one kind of credential, and an address as {@link #network} gives it. */
    long hashOf(long keyHash, CredentialKind kind, IpAddress address) {
        return hash.of(keyHash + kind.ordinal(), address.high(), address.low());
    }

    /** The addresses that count as one: of IPv6 the first 64 bits. */
    static IpAddress network(IpAddress address) {
        return address.isIpv4() ? address : address.first(IPV6_BITS);
    }

    /** How limits name an address. */
    public static String label(IpAddress address) {
        return address.isIpv4() ? address.toString() : network(address) + "/" + IPV6_BITS;
    }
}
