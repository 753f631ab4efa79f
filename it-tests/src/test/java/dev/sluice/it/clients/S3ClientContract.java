package dev.sluice.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.S3Backend.Ability;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.TestBytes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What an S3 client may expect of any endpoint. Tests of abilities that a backend lacks are skipped. What a backend does
 * alone, it must also do behind the sidecar.
 */
abstract class S3ClientContract extends S3Fixture {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void object_comesBackAsItWent_withItsMetadata() {
        s3.putObject(
                b -> b.bucket(bucket)
                        .key("plain")
                        .contentType("text/x-river; charset=UTF-8")
                        .metadata(Map.of("gate", "half open")),
                RequestBody.fromString("hello"));

        var got = s3.getObjectAsBytes(b -> b.bucket(bucket).key("plain"));

        assertThat(got.asUtf8String()).isEqualTo("hello");
        assertThat(got.response().contentType()).isEqualTo("text/x-river; charset=UTF-8");
        assertThat(got.response().metadata()).containsEntry("gate", "half open");
        assertThat(s3.headObject(b -> b.bucket(bucket).key("plain")).contentLength())
                .isEqualTo(5);
    }

    @Test
    void range_bringsOnlyTheBytesAskedFor() {
        put("ranged", "0123456789");

        var middle = s3.getObjectAsBytes(b -> b.bucket(bucket).key("ranged").range("bytes=3-5"));
        var last = s3.getObjectAsBytes(b -> b.bucket(bucket).key("ranged").range("bytes=-2"));

        assertThat(middle.asUtf8String()).isEqualTo("345");
        assertThat(middle.response().contentRange()).isEqualTo("bytes 3-5/10");
        assertThat(last.asUtf8String()).isEqualTo("89");
        assertThatThrownBy(() ->
                        s3.getObjectAsBytes(b -> b.bucket(bucket).key("ranged").range("bytes=10-")))
                .satisfies(e -> assertThat(statusOf(e)).isEqualTo(416));
    }

    @Test
    void missingObjectOrBucket_isReported() {
        assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("nowhere")))
                .satisfies(e -> assertThat(codeOf(e)).isEqualTo("NoSuchKey"));
        assertThatThrownBy(() -> s3.headObject(b -> b.bucket(bucket).key("nowhere")))
                .satisfies(e -> assertThat(statusOf(e)).isEqualTo(404));
        assertThatThrownBy(() -> s3.listObjectsV2(b -> b.bucket(bucket + "-not")))
                .satisfies(e -> assertThat(codeOf(e)).isEqualTo("NoSuchBucket"));
    }

    @Test
    void list_showsKeys_inBothVersionsAndByPages() {
        for (int i = 0; i < 5; i++) {
            put("list/" + i, "x");
        }
        put("list/deep/a", "x");

        var first = s3.listObjects(b -> b.bucket(bucket).prefix("list/").delimiter("/"));
        var paged = new ArrayList<String>();
        s3.listObjectsV2Paginator(b -> b.bucket(bucket).prefix("list/").maxKeys(2)).contents().stream()
                .map(S3Object::key)
                .forEach(paged::add);

        assertThat(first.contents())
                .extracting(S3Object::key)
                .containsExactly("list/0", "list/1", "list/2", "list/3", "list/4");
        assertThat(first.commonPrefixes()).extracting(p -> p.prefix()).containsExactly("list/deep/");
        assertThat(paged).containsExactly("list/0", "list/1", "list/2", "list/3", "list/4", "list/deep/a");
        assertThat(s3.listBuckets().buckets()).extracting(b -> b.name()).contains(bucket);
    }

    @Test
    void delete_removesOneOrMany() {
        for (var key : List.of("gone/1", "gone/2", "gone/3")) {
            put(key, "x");
        }

        s3.deleteObject(b -> b.bucket(bucket).key("gone/1"));
        var many = s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(id("gone/2"), id("gone/3"))));

        assertThat(many.deleted()).extracting(d -> d.key()).containsExactlyInAnyOrder("gone/2", "gone/3");
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).prefix("gone/")).contents())
                .isEmpty();
    }

    @Test
    void multipart_isOneObject_whenCompleted() {
        var one = TestBytes.random(5 * TestBytes.MIB, 1);
        var two = TestBytes.random(TestBytes.MIB, 2);

        var upload =
                s3.createMultipartUpload(b -> b.bucket(bucket).key("parts")).uploadId();
        var parts = List.of(part(upload, 1, one), part(upload, 2, two));
        s3.completeMultipartUpload(
                b -> b.bucket(bucket).key("parts").uploadId(upload).multipartUpload(m -> m.parts(parts)));

        var got = s3.getObjectAsBytes(b -> b.bucket(bucket).key("parts")).asByteArray();
        assertThat(got).hasSize(6 * TestBytes.MIB);
        assertThat(got).startsWith(one);
        assertThat(got).endsWith(two);
    }

    @Test
    void copy_takesTheSourcesBytes() {
        put("source of it", "hello");

        s3.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("source of it")
                .destinationBucket(bucket)
                .destinationKey("copied"));

        assertThat(text("copied")).isEqualTo("hello");
    }

    @Test
    void presignedUrls_getAndPut_withoutAnyHeader() throws Exception {
        var putAnswer = http.send(
                HttpRequest.newBuilder(presignedPut("pre signed"))
                        .PUT(BodyPublishers.ofString("hello"))
                        .build(),
                BodyHandlers.ofString());
        var getAnswer =
                http.send(HttpRequest.newBuilder(presignedGet("pre signed")).build(), BodyHandlers.ofString());

        assertThat(putAnswer.statusCode()).as(putAnswer.body()).isEqualTo(200);
        assertThat(getAnswer.body()).isEqualTo("hello");
    }

    @Test
    void virtualHostedBucket_isTheSameBucket() {
        put("by path", "hello");

        try (var byHost = target.clientByHost(target.backend().alice())) {
            byHost.putObject(b -> b.bucket(bucket).key("by host"), RequestBody.fromString("hello"));

            assertThat(byHost.getObjectAsBytes(b -> b.bucket(bucket).key("by path"))
                            .asUtf8String())
                    .isEqualTo("hello");
        }
        assertThat(text("by host")).isEqualTo("hello");
    }

    @Test
    void anonymous_readsWhatIsPublic_andNothingElse() throws Exception {
        var open = bucket + "-open";
        s3.createBucket(b -> b.bucket(open).acl(BucketCannedACL.PUBLIC_READ));
        s3.putObject(b -> b.bucket(open).key("k").acl(ObjectCannedACL.PUBLIC_READ), RequestBody.fromString("hello"));
        put("closed", "secret");

        var read = WireHttpClient.get(target.endpoint().resolve("/" + open + "/k"));
        var refused = WireHttpClient.get(target.endpoint().resolve("/" + bucket + "/closed"));

        assertThat(read.body()).isEqualTo("hello");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("<Code>AccessDenied</Code>");
    }

    @Test
    void wrongSecret_isRefused() {
        try (var wrong =
                target.client(new S3Credentials(target.backend().alice().accessKey(), "wrong"))) {
            assertThatThrownBy(() -> wrong.listObjectsV2(b -> b.bucket(bucket)))
                    .satisfies(e -> assertThat(codeOf(e)).isEqualTo("SignatureDoesNotMatch"));
        }
    }

    @Test
    void bucketOfAnotherUser_isForbidden() {
        assumeAbility(Ability.OWNERS);
        put("mine", "hello");

        try (var bob = target.client(target.backend().bob())) {
            assertThatThrownBy(() -> bob.getObjectAsBytes(b -> b.bucket(bucket).key("mine")))
                    .satisfies(e -> assertThat(codeOf(e)).isEqualTo("AccessDenied"));
        }
    }

    @Test
    void tenantsBucket_isReachedByItsTenantsName() throws Exception {
        assumeAbility(Ability.TENANTS);
        try (var carol = target.client(target.backend().carol())) {
            carol.createBucket(b -> b.bucket(bucket).acl(BucketCannedACL.PUBLIC_READ));
            carol.putObject(
                    b -> b.bucket(bucket).key("whose").acl(ObjectCannedACL.PUBLIC_READ),
                    RequestBody.fromString("carol's"));
            put("whose", "alice's");

            assertThat(carol.getObjectAsBytes(b -> b.bucket(bucket).key("whose"))
                            .asUtf8String())
                    .isEqualTo("carol's");
        }

        assertThat(text("whose")).isEqualTo("alice's");
        assertThat(s3.getObjectAsBytes(b -> b.bucket("acme:" + bucket).key("whose"))
                        .asUtf8String())
                .isEqualTo("carol's");
        assertThat(WireHttpClient.get(URI.create(target.endpoint() + "/acme:" + bucket + "/whose"))
                        .body())
                .isEqualTo("carol's");
        assertThat(WireHttpClient.get(URI.create(target.endpoint() + "/acme%3A" + bucket + "/whose"))
                        .body())
                .isEqualTo("carol's");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "a+b",
                "100%",
                "%2F%20",
                "q?x=1&y=2#z",
                "quote'\"<>&;,@=:$!*()[]{}|\\^`~",
                "Ströme/河川/🌊",
                "tab\there"
            })
    void unusualKey_isKeptAsItIs(String key) {
        roundTrip(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slash/at/end/", "two//slashes", "/slash first", "dots/./and/../more", "..."})
    void keyThatIsNoPath_isKeptAsItIs(String key) {
        assumeAbility(Ability.OPAQUE_KEYS);
        roundTrip(key);
    }

    @Test
    void unchangedObject_isNotSentAgain() {
        put("cached", "hello");
        var etag = s3.headObject(b -> b.bucket(bucket).key("cached")).eTag();

        assertThatThrownBy(() ->
                        s3.getObjectAsBytes(b -> b.bucket(bucket).key("cached").ifNoneMatch(etag)))
                .satisfies(e -> assertThat(statusOf(e)).isEqualTo(304));
        // The connection that carried a 304 is still usable.
        assertThat(text("cached")).isEqualTo("hello");
        assertThatThrownBy(() ->
                        s3.getObjectAsBytes(b -> b.bucket(bucket).key("cached").ifMatch("\"other\"")))
                .satisfies(e -> assertThat(statusOf(e)).isEqualTo(412));
    }

    @Test
    void emptyObject_isAnObject() throws Exception {
        // Presigned, because radosgw 16.2 rejects an empty body in signed chunks, which the SDK would send.
        var response = http.send(
                HttpRequest.newBuilder(presignedPut("empty"))
                        .PUT(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(text("empty")).isEmpty();
        assertThat(s3.headObject(b -> b.bucket(bucket).key("empty")).contentLength())
                .isZero();
    }

    @Test
    void bigObject_comesBackBitForBit() {
        var content = TestBytes.random(8 * TestBytes.MIB, 3);

        s3.putObject(b -> b.bucket(bucket).key("big"), RequestBody.fromBytes(content));

        var got = s3.getObjectAsBytes(b -> b.bucket(bucket).key("big")).asByteArray();
        assertThat(TestBytes.sha256(got)).isEqualTo(TestBytes.sha256(content));
    }

    @Test
    void expectContinue_bringsOneInterimAnswer_thenTheFinalOne() throws Exception {
        var url = presignedPut("expected");

        try (var connection = WireHttpClient.connect(target.endpoint())) {
            connection.send("PUT " + WireHttpClient.target(url) + " HTTP/1.1\r\nHost: " + url.getAuthority()
                    + "\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            var interim = connection.readResponse();
            connection.send("hello");
            var last = connection.readResponse();

            assertThat(interim.status()).isEqualTo(100);
            assertThat(last.status()).as(last.body()).isEqualTo(200);
        }
        assertThat(text("expected")).isEqualTo("hello");
    }

    @Test
    void sdkAsItComes_signsChunksAndTrailers() {
        assumeAbility(Ability.TRAILING_CHECKSUMS);
        var content = TestBytes.random(TestBytes.MIB, 4);

        try (var client = target.clientWithDefaultChecksums(target.backend().alice())) {
            client.putObject(b -> b.bucket(bucket).key("trailed"), RequestBody.fromBytes(content));

            var got = client.getObjectAsBytes(b -> b.bucket(bucket).key("trailed"))
                    .asByteArray();
            assertThat(TestBytes.sha256(got)).isEqualTo(TestBytes.sha256(content));
        }
    }

    @Test
    void pipelinedRequests_areAnsweredInOrder() throws Exception {
        s3.putObject(
                b -> b.bucket(bucket).key("piped").acl(ObjectCannedACL.PUBLIC_READ), RequestBody.fromString("hello"));

        try (var connection = WireHttpClient.connect(target.endpoint())) {
            var head = " HTTP/1.1\r\nHost: " + target.endpoint().getAuthority() + "\r\n\r\n";
            connection.send("GET /" + bucket + "/piped" + head + "GET /" + bucket + "/nothing" + head);

            assertThat(connection.readResponse().body()).isEqualTo("hello");
            assertThat(connection.readResponse().status()).isIn(403, 404);
        }
    }

    private void roundTrip(String key) {
        var content = "content of " + key;

        put(key, content);

        assertThat(text(key)).isEqualTo(content);
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).prefix(key)).contents())
                .extracting(S3Object::key)
                .contains(key);
        s3.deleteObject(b -> b.bucket(bucket).key(key));
        assertThatThrownBy(() -> text(key)).satisfies(e -> assertThat(codeOf(e)).isEqualTo("NoSuchKey"));
    }
}
