package dev.sluice.proxy.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.OperationClass;
import dev.sluice.policy.settings.GatewaySettings;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Swift paths with {@code rgw_swift_account_in_url}. Users, containers and operations are those that radosgw 16.2.15 and
 * 18.2.7 wrote into their ops logs for these requests with a token of {@code bob:swift}.
 */
class SwiftAccountInUrlTest {
    private final S3HeadParser parser = new S3HeadParser(new GatewayLayout(
            new HostDomains(List.of("s3.localhost")),
            new GatewayRoots(Optional.of("/swift"), Optional.of("/auth"), Optional.of("/admin"), true),
            new ProbeRequests(GatewaySettings.DEFAULT.probes())));

    private SwiftRequest parse(String method, String target, String headers) {
        byte[] bytes = (method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        return (SwiftRequest) parser.parse(head);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /swift/v1/AUTH_bob/cont, cont, WRITE",
        "PUT, /swift/v1/AUTH_bob/cont/obj, cont, WRITE",
        "GET, /swift/v1/AUTH_bob/cont/obj, cont, READ",
        "GET, /swift/v1/AUTH_bob/cont, cont, LIST",
        "GET, /swift/v1/AUTH_bob, '', LIST",
        "GET, /swift/v1/AUTH_bob/, '', LIST",
        "GET, /swift/v1/bob/cont, cont, LIST",
        "GET, /swift/v1/KEY_bob/cont, cont, LIST",
        "HEAD, /swift/v1/AUTH_bob/cont, cont, READ",
        "POST, /swift/v1/AUTH_bob/cont, cont, WRITE",
        "POST, /swift/v1/AUTH_bob?bulk-delete, '', DELETE",
        "GET, /swift/v1/AUTH%5Fbob/cont/obj, cont, READ",
        "DELETE, /swift/v1/AUTH_bob/cont/obj, cont, DELETE"
    })
    void request_isReadAsRgwReadsIt(String method, String target, String container, OperationClass operation) {
        SwiftRequest request = parse(method, target, "X-Auth-Token: " + RgwOpsLogRow.swiftToken("bob:swift") + "\r\n");

        assertThat(request.user()).isEqualTo("bob");
        assertThat(request.bucketKey("")).isEqualTo(container);
        assertThat(request.operation()).isEqualTo(operation);
    }

    /** RGW's ops log names alice then, whose limit bob could use up. Whoever has authenticated is charged. */
    @ParameterizedTest
    @CsvSource({"/swift/v1/AUTH_alice/cont", "/swift/v1/alice/cont/obj"})
    void accountOfAnother_doesNotPayForTheTokensUser(String target) {
        SwiftRequest request = parse("GET", target, "X-Auth-Token: " + RgwOpsLogRow.swiftToken("bob:swift") + "\r\n");

        assertThat(request.user()).isEqualTo("bob");
        assertThat(request.bucketKey("")).isEqualTo("cont");
    }

    /** Keystone's tokens name no user: the account in the path does, as far as a path can. */
    @ParameterizedTest
    @CsvSource({
        "/swift/v1/AUTH_bob/cont/obj, bob",
        "/swift/v1/AUTH_0123456789abcdef0123456789abcdef/cont/obj, " + "0123456789abcdef0123456789abcdef"
    })
    void tokenWithoutAName_isTheAccounts(String target, String user) {
        SwiftRequest request = parse("GET", target, "X-Auth-Token: gAAAAABh\r\n");

        assertThat(request.user()).isEqualTo(user);
        assertThat(request.token()).isEmpty();
    }

    /** Without credentials a container is looked for in the tenant that the account names. */
    @ParameterizedTest
    @CsvSource({"/swift/v1/AUTH_bob/cont/obj, bob:cont", "/swift/v1/AUTH_acme/images/obj, acme:images"})
    void anonymousRequest_isForTheAccountsTenant(String target, String bucket) {
        SwiftRequest request = parse("GET", target, "");

        assertThat(request.user()).isEmpty();
        assertThat(request.bucketKey("")).isEqualTo(bucket);
    }
}
