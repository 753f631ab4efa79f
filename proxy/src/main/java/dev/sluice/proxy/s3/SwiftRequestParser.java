package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.s3.auth.SwiftToken;
import dev.sluice.proxy.s3.uri.QueryParameter;
import dev.sluice.proxy.s3.uri.QueryString;

/**
 * Reads requests for Swift as RGW's {@code rgw_rest_swift.cc} does. Its paths are {@code /v1/container/object}, or {@code
 * /v1/AUTH_account/container/object} with {@code rgw_swift_account_in_url}. Immutable, thread-safe.
 */
final class SwiftRequestParser {
    private static final String TOKEN_HEADER = "x-auth-token";

    private final boolean isAccountInUrl;

    SwiftRequestParser(boolean isAccountInUrl) {
        this.isAccountInUrl = isAccountInUrl;
    }

    /**
     * Reads a request.
     *
     * @param path what follows the API's root in the decoded path
     */
    SwiftRequest parse(String method, String path, QueryString query, HeaderValues headers) {
        String version = firstToken(path.isEmpty() ? "" : path.substring(1));
        if (version.equals("info") || version.equals("crossdomain.xml")) {
            return claimed(OperationClass.READ, "", "", query, headers);
        }
        String rest = afterToken(path.isEmpty() ? "" : path.substring(1));
        String account = "";
        if (isAccountInUrl) {
            account = withoutPrefix(firstToken(rest));
            rest = afterToken(rest);
        }
        String container = firstToken(rest);
        boolean hasObject = !afterToken(rest).isEmpty();
        OperationClass operation = OperationClassifier.ofSwift(method, query, !container.isEmpty(), hasObject);
        return claimed(operation, account, container, query, headers);
    }

    /** Whether it only asks whether Swift is served, on behalf of nobody. */
    static boolean isHealthCheck(String method, String path, HeaderValues headers) {
        return path.equals("/healthcheck")
                && (method.equals("GET") || method.equals("HEAD"))
                && headers.last(TOKEN_HEADER).isEmpty();
    }

    /** Reads a request for a token: the user that it names is its claim, as an access key would be. */
    static SwiftRequest forToken(HeaderValues headers) {
        return new SwiftRequest(OperationClass.READ, "", "", SwiftToken.userOf(headers.last("x-auth-user")), "");
    }

    private static SwiftRequest claimed(
            OperationClass operation, String account, String container, QueryString query, HeaderValues headers) {
        String token = headers.last(TOKEN_HEADER);
        if (token.isEmpty()) {
            // A temporary URL is signed with a key of the account.
            String user = query.has(QueryParameter.TEMP_URL_SIG) ? SwiftToken.userOf(account) : "";
            return new SwiftRequest(operation, account, container, user, "");
        }
        String user = SwiftToken.userIn(token);
        if (user.isEmpty()) {
            user = SwiftToken.userOf(account);
        }
        return new SwiftRequest(operation, account, container, user, user.isEmpty() ? token : "");
    }

    private static String withoutPrefix(String account) {
        if (account.startsWith("AUTH_")) {
            return account.substring("AUTH_".length());
        }
        return account.startsWith("KEY_") ? account.substring("KEY_".length()) : account;
    }

    /** RGW takes a text that begins with a slash for one token. */
    private static String firstToken(String text) {
        int slash = text.indexOf('/');
        return slash > 0 ? text.substring(0, slash) : text;
    }

    private static String afterToken(String text) {
        int slash = text.indexOf('/');
        return slash > 0 ? text.substring(slash + 1) : "";
    }
}
