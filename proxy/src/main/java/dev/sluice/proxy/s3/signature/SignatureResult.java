package dev.sluice.proxy.s3.signature;

/** What became of the check of a signature. */
public enum SignatureResult {
    /** Whoever made the request knows the secret. */
    PROVEN,
    /** RGW is expected to refuse the request. */
    MISMATCHED,
    /** The request is too old, has expired, or is of the future: by the clock of this machine. */
    STALE,
    /** Of a kind that is not checked here: version 2, a temporary key, a form, or a head of unusual size. */
    UNCHECKED
}
