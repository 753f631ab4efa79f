package dev.sluice.demo.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.S3Exception;

class EmbeddedS3Test {
    @Test
    void objects_comeBack_whenSignedByAnyOfTheKeys() {
        try (var server = EmbeddedS3.start(Map.of("K1", "s1", "K2", "s2"));
                var one = client(server.endpoint(), "K1", "s1");
                var two = client(server.endpoint(), "K2", "s2")) {
            one.createBucket(b -> b.bucket("bucket"));

            one.putObject(b -> b.bucket("bucket").key("k"), RequestBody.fromString("hello"));

            assertThat(two.getObjectAsBytes(b -> b.bucket("bucket").key("k")).asUtf8String())
                    .isEqualTo("hello");
        }
    }

    @Test
    void request_isRefused_whenKeyOrSecretIsWrong() {
        try (var server = EmbeddedS3.start("K1", "s1");
                var wrongSecret = client(server.endpoint(), "K1", "other");
                var wrongKey = client(server.endpoint(), "K9", "s1")) {
            assertThatThrownBy(wrongSecret::listBuckets)
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
            assertThatThrownBy(wrongKey::listBuckets)
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
        }
    }

    @Test
    void anonymous_readsOnlyWhatIsPublic() throws Exception {
        try (var server = EmbeddedS3.start("K1", "s1");
                var client = client(server.endpoint(), "K1", "s1")) {
            client.createBucket(b -> b.bucket("bucket"));
            client.putObject(
                    b -> b.bucket("bucket").key("open").acl(ObjectCannedACL.PUBLIC_READ),
                    RequestBody.fromString("hello"));
            client.putObject(b -> b.bucket("bucket").key("closed"), RequestBody.fromString("hello"));

            assertThat(status(server, "/bucket/open")).isEqualTo(200);
            assertThat(status(server, "/bucket/closed")).isEqualTo(403);
        }
    }

    @Test
    void start_isRefused_withoutAnyKey() {
        assertThatThrownBy(() -> EmbeddedS3.start(Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static int status(EmbeddedS3 server, String path) throws Exception {
        var request =
                HttpRequest.newBuilder(server.endpoint().resolve(path)).GET().build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    private static S3Client client(URI endpoint, String accessKey, String secretKey) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
                .build();
    }
}
