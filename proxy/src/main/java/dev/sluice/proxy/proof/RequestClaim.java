package dev.sluice.proxy.proof;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.UnprovenRequest;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.http1.RequestHead;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request's access key, between its head and its response. There is one for each client connection; it
 * is reused from request to request. Belongs to one event loop.
 */
public final class RequestClaim {
    /** How a claim stands. */
    enum Standing {
        /** There is none, or it is not to be proven. */
        NONE,
        /** The signature is right. */
        SIGNED,
        /** RGW has accepted the key from this address before. */
        KNOWN,
        /** Only the response will tell. */
        UNPROVEN,
        /** The signature looks wrong. */
        MISMATCHED,
        /** The signature looks too old. */
        STALE;

        /** Whether only RGW's response proves the access key. */
        boolean isUnproven() {
            return this == UNPROVEN || this == MISMATCHED || this == STALE;
        }
    }

    private final Function<RequestHead, IpAddress> client;
    private final ClaimHashes hashes = new ClaimHashes();
    private Standing standing = Standing.NONE;
    private String accessKey = "";
    private String bucket = "";
    private String user = "";
    private @Nullable OperationClass operation;
    private boolean isObserved;
    private boolean isOwnerKnown;
    private boolean mayProve;
    private boolean isAdminWrite;
    private long keyHash;
    private long pairHash;
    private long addressHash;
    private CredentialKind kind = CredentialKind.S3;
    private @Nullable UnprovenRequest unproven;
    private @Nullable UnprovenInFlight inFlight;
    private boolean isInFlight;

    /**
     * For one client connection.
     *
     * @param client gives the address that a request comes from
     */
    public RequestClaim(Function<RequestHead, IpAddress> client) {
        this.client = client;
    }

    /** Forgets the request before. */
    public void begin() {
        end();
        standing = Standing.NONE;
        accessKey = "";
        bucket = "";
        user = "";
        operation = null;
        isObserved = false;
        isOwnerKnown = false;
        mayProve = false;
        isAdminWrite = false;
        unproven = null;
    }

    IpAddress client(RequestHead head) {
        return client.apply(head);
    }

    /** What is known from the requests before. */
    ClaimHashes hashes() {
        return hashes;
    }

    // --- from the head --------------------------------------------------------------------------

    void claim(String key, CredentialKind kindOfCredential, long hash, boolean observed) {
        accessKey = key;
        kind = kindOfCredential;
        keyHash = hash;
        isObserved = observed;
    }

    /** What RGW states about the access key is known already. */
    void onOwnerKnown() {
        isOwnerKnown = true;
    }

    void stand(Standing as, long hashOfPair, boolean mayProveIt) {
        standing = as;
        pairHash = hashOfPair;
        mayProve = mayProveIt;
    }

    /** The request names a bucket, as limits do; empty: none. */
    public void names(String bucketKey) {
        bucket = bucketKey;
    }

    /**
     * The user of the request, as limits and logs name it, and what it does.
     *
     * @param byUser empty: anonymous
     * @param what null: no limit applies to the user
     */
    public void isBy(String byUser, @Nullable OperationClass what) {
        user = byUser;
        operation = what;
    }

    /** The request may change users or limits at RGW's Admin API. */
    public void onAdminWrite() {
        isAdminWrite = true;
    }

    /** The request is to go to RGW unproven. */
    void awaitResponse(UnprovenRequest request, long hashOfAddress, UnprovenInFlight counts) {
        unproven = request;
        addressHash = hashOfAddress;
        inFlight = counts;
    }

    /** The request goes to RGW: it is in flight, if it is unproven. A request that waits for room is not yet. */
    public void onForward() {
        if (inFlight != null && !isInFlight) {
            isInFlight = true;
            inFlight.begin(pairHash, addressHash);
        }
    }

    // --- at the response ------------------------------------------------------------------------

    Standing standing() {
        return standing;
    }

    String accessKey() {
        return accessKey;
    }

    /** As limits name it; empty: none. */
    public String bucket() {
        return bucket;
    }

    /** The user whose limits apply; empty: none. */
    public String user() {
        return user;
    }

    /** What the request does; null: no limit applies to it. */
    public @Nullable OperationClass operation() {
        return operation;
    }

    /** Whether it is an access key of RGW's own that RGW looks at. */
    boolean isObserved() {
        return isObserved;
    }

    /** Whether RGW is to be asked about the access key once it has accepted it. */
    boolean isToBeLookedUp() {
        return isObserved && !isOwnerKnown;
    }

    boolean mayProve() {
        return mayProve;
    }

    boolean isAdminWrite() {
        return isAdminWrite;
    }

    CredentialKind kind() {
        return kind;
    }

    long keyHash() {
        return keyHash;
    }

    long pairHash() {
        return pairHash;
    }

    /** What is charged once RGW serves the request; null: it was charged when it came, or nothing is. */
    @Nullable
    UnprovenRequest unproven() {
        return unproven;
    }

    /** RGW has responded, or never will: the request is no longer at RGW unproven. May be called at any time. */
    public void end() {
        if (inFlight != null && isInFlight) {
            inFlight.end(pairHash, addressHash);
        }
        isInFlight = false;
        inFlight = null;
        unproven = null;
    }
}
