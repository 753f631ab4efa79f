package dev.sluice.proxy.s3.signature;

import dev.sluice.policy.identity.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * What was read from the last Authorization headers, by client: from request to request a client changes nothing of it but the
 * signature, and comparing is cheaper than reading. A table of fixed size, in which a new form takes the place of an old
 * one. Belongs to one thread.
 */
final class AuthorizationForms {
    private static final int SLOTS = 64;
    /** A longer header is read each time. */
    private static final int HEADER_BYTES_MAX = 1024;

    private final @Nullable AuthorizationForm[] table = new AuthorizationForm[SLOTS];
    private final AuthorizationForm unusual = new AuthorizationForm();

    /**
     * The form of {@code header[from, to)}, with its signature.
     *
     * @param secret of its access key, which has a place for each length of a header
     * @param behindAlgorithm where the fields begin
     */
    AuthorizationForm of(SecretKey secret, byte[] header, int from, int behindAlgorithm, int to) {
        int length = to - from;
        if (length > HEADER_BYTES_MAX) {
            unusual.read(header, behindAlgorithm, to);
            return unusual;
        }
        int slot = System.identityHashCode(secret) + length & SLOTS - 1;
        AuthorizationForm form = table[slot];
        if (form == null) {
            form = new AuthorizationForm();
            table[slot] = form;
        }
        if (!form.isContinuedBy(header, from, to)) {
            form.readCopy(header, from, behindAlgorithm, to);
        }
        return form;
    }
}
