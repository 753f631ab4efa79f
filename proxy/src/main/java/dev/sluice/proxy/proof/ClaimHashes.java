package dev.sluice.proxy.proof;

import dev.sluice.common.IpAddress;

/**
 * The hashes of the last access key and pair of a connection. Most of its requests have the same ones, and comparing is
 * cheaper than a keyed hash. Belongs to one event loop, and to one {@link ClaimProofs}, whose key the hashes have.
 */
final class ClaimHashes {
    private String accessKey = "";
    private long keyHash;
    private boolean hasKey;

    private IpAddress address = IpAddress.UNSPECIFIED;
    private CredentialKind kind = CredentialKind.S3;
    private long pairHash;
    private boolean hasPair;

    /** The hash of an access key. */
    long ofKey(String key, ClaimProofs proofs) {
        if (!hasKey || !key.equals(accessKey)) {
            accessKey = key;
            keyHash = proofs.hashOf(key);
            hasKey = true;
            hasPair = false;
        }
        return keyHash;
    }

    /**
     * The hash of a pair of the last access key and an address.
     *
     * @param network as {@link ClaimProofs#network} gives it
     */
    long ofPair(CredentialKind ofKind, IpAddress network, ClaimProofs proofs) {
        if (!hasPair || ofKind != kind || !network.equals(address)) {
            address = network;
            kind = ofKind;
            pairHash = proofs.hashOf(keyHash, ofKind, network);
            hasPair = true;
        }
        return pairHash;
    }
}
