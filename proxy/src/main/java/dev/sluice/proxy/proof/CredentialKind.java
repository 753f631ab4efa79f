package dev.sluice.proxy.proof;

/**
 * How a request claims whom it is from. A pair is proven for each kind on its own: who forges one kind makes no other
 * doubtful.
 */
public enum CredentialKind {
    /** A signature of S3 in the head. */
    S3,
    /** A signature in a browser's form. */
    FORM,
    /** A token or a password of Swift. */
    SWIFT,
    /** A signature of S3 in a path of Swift: RGW may serve the request without a look at it. */
    S3_IN_SWIFT
}
