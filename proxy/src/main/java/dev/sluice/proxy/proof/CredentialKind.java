package dev.sluice.proxy.proof;

/**
 * How a request states its user. A pair is proven for each kind on its own: a forger of one kind makes no other
 * doubtful.
 */
public enum CredentialKind {
    /** A signature of S3 in the head. */
    S3,
    /** A signature in a browser's form. */
    FORM,
    /** A token or a password of Swift. */
    SWIFT,
    /** A signature of S3 in a path of Swift, or beside a token: RGW may serve the request without a look at it. */
    S3_UNREAD
}
