package dev.sluice.proxy.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Under which paths a gateway serves its APIs. RGW decides by the decoded path behind the bucket that the Host names: with
 * {@code rgw_enable_apis = s3}, {@code /swift/x} is an object in the bucket {@code swift}.
 *
 * @param swift such as {@code /swift}; {@code ""}: all paths; empty: not served
 * @param swiftAuth such as {@code /auth}; empty: not served
 * @param admin such as {@code /admin}; empty: not served
 * @param isAccountInSwiftUrl RGW's {@code rgw_swift_account_in_url}
 */
public record GatewayRoots(
        Optional<String> swift, Optional<String> swiftAuth, Optional<String> admin, boolean isAccountInSwiftUrl) {
    /** RGW's own. */
    public static final GatewayRoots DEFAULT =
            new GatewayRoots(Optional.of("/swift"), Optional.of("/auth"), Optional.of("/admin"), false);

    /** A server of S3 alone. */
    public static final GatewayRoots ONLY_S3 =
            new GatewayRoots(Optional.empty(), Optional.empty(), Optional.empty(), false);

    /** The API that serves a decoded path. RGW lets the longest root win. */
    GatewayApi apiOf(String path) {
        GatewayApi api = GatewayApi.S3;
        int longest = -1;
        if (isUnder(path, admin, longest)) {
            api = GatewayApi.ADMIN;
            longest = admin.orElseThrow().length();
        }
        if (isUnder(path, swiftAuth, longest)) {
            api = GatewayApi.SWIFT_AUTH;
            longest = swiftAuth.orElseThrow().length();
        }
        return isUnder(path, swift, longest) ? GatewayApi.SWIFT : api;
    }

    private static boolean isUnder(String path, Optional<String> served, int longest) {
        if (served.isEmpty()) {
            return false;
        }
        String root = served.get();
        return root.length() > longest
                && path.startsWith(root)
                && (path.length() == root.length() || path.charAt(root.length()) == '/');
    }

    /** What follows the root in a Swift path: {@code /v1/container/object}. */
    String swiftPath(String path) {
        return path.substring(swift.orElseThrow().length());
    }

    /** The first segments of paths that may lead to another API than S3. */
    Set<String> firstSegments() {
        List<String> roots = new ArrayList<>();
        Stream.of(swift, swiftAuth, admin).flatMap(Optional::stream).forEach(roots::add);
        return roots.stream().map(GatewayRoots::firstSegment).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether every path leads to Swift, unless a longer root says otherwise. */
    boolean isSwiftEverywhere() {
        return swift.filter(String::isEmpty).isPresent();
    }

    /** The first segment of a path; empty: none. */
    static String firstSegment(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return "";
        }
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path.substring(1) : path.substring(1, slash);
    }
}
