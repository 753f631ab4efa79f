package dev.sluice.policy.identity;

import java.util.Locale;

/** How the access key of a request is proven before its user is charged. */
public enum VerifyMode {
    /** By its signature where the secret is known and the signature can be checked here; else by RGW's responses. */
    AUTO,
    /** By its signature alone: any other request counts as not proven each time. */
    SIGNATURE,
    /** By RGW's responses to earlier requests with the same access key from the same address. */
    FEEDBACK,
    /** Not at all: a request is charged to the access key that it claims. */
    OFF;

    /** The word in the settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether signatures are checked where that is possible. */
    public boolean checksSignatures() {
        return this == AUTO || this == SIGNATURE;
    }

    /** Whether responses prove keys. */
    public boolean takesFeedback() {
        return this == AUTO || this == FEEDBACK;
    }
}
