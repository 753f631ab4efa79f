package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;

/**
 * A request for the Swift API, or for a Swift token.
 *
 * @param operation the class as which it is charged
 * @param accountTenant the tenant of the container if the requester is anonymous; empty: none
 * @param container the bucket; empty: none
 * @param user the user that the request claims to be from: the one in its token, or the account in its path; empty: none
 * @param token a token that names no user, never to be logged; empty: none. With neither, the request is anonymous
 */
public record SwiftRequest(OperationClass operation, String accountTenant, String container, String user, String token)
        implements GatewayRequest {
    /**
     * The container as limits name it.
     *
     * @param requesterTenant empty: none
     */
    public String bucketKey(String requesterTenant) {
        if (container.isEmpty()) {
            return "";
        }
        String tenant = user.isEmpty() && token.isEmpty() ? accountTenant : requesterTenant;
        return tenant.isEmpty() ? container : tenant + ":" + container;
    }

    /** The token in a form that is no access key. */
    public String tokenClaim() {
        return "swift token " + token;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "SwiftRequest[" + operation + " container=" + container + "]";
    }
}
