package dev.sluice.proxy.s3;

import dev.sluice.proxy.s3.auth.FormReader;
import java.util.Optional;

/**
 * A request whose body says who it is from: a browser's form upload, or a form for STS. Of the latter RGW looks at the
 * signature, unless the form asks for a session by a token of another issuer.
 *
 * @param unread the request as its head alone is read
 * @param boundary between the parts of a browser's form; empty: a form for STS
 * @param action what the query of a form for STS asks for; empty: nothing
 */
public record FormRequest(S3Request unread, String boundary, String action) implements GatewayRequest {
    /** Whether it is a form for STS, IAM or topics, whose credential is in its head. */
    public boolean isForService() {
        return boundary.isEmpty();
    }

    /** The request as the first bytes of its body, {@code bytes[from, to)}, tell; empty: there may be more fields. */
    public Optional<S3Request> read(byte[] bytes, int from, int to) {
        if (boundary.isEmpty()) {
            return Optional.of(unread);
        }
        FormReader form = FormReader.of(bytes, from, to, boundary);
        return form.isCut() ? Optional.empty() : Optional.of(unread.withAccessKey(form.accessKey(unread.accessKey())));
    }

    /** Whether it exchanges a token of another issuer for a session: it has no signature by design. */
    public boolean isForWebIdentity(byte[] bytes, int from, int to) {
        return boundary.isEmpty() && FormReader.action(bytes, from, to, action).equals(WebIdentityRequest.ACTION);
    }

    /** Without what its query says. */
    @Override
    public String toString() {
        return "FormRequest[" + unread + "]";
    }
}
