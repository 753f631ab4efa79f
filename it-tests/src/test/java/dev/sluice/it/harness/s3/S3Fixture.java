package dev.sluice.it.harness.s3;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.s3.S3Backend.Ability;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Base class of tests: one target, one client and one bucket for all tests of a class, and short calls on them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class S3Fixture {
    protected static final Duration PRESIGNED = Duration.ofMinutes(10);

    protected final String bucket = "it-" + Long.toHexString(new Random().nextLong());
    protected S3Target target;
    protected S3Client s3;

    /** Starts the target, once for all tests of the class. */
    protected abstract S3Target open();

    @BeforeAll
    protected void openTarget() {
        target = open();
        s3 = target.client(target.backend().alice());
        s3.createBucket(b -> b.bucket(bucket));
    }

    @AfterAll
    protected void closeBackend() {
        if (s3 != null) {
            s3.close();
        }
        if (target != null) {
            target.backend().close();
        }
    }

    protected CompletedPart part(String upload, int number, byte[] content) {
        var etag = s3.uploadPart(
                        b -> b.bucket(bucket).key("parts").uploadId(upload).partNumber(number),
                        RequestBody.fromBytes(content))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    protected URI presignedPut(String key) throws URISyntaxException {
        try (var presigner = target.presigner(target.backend().aliceSecond())) {
            return presigner
                    .presignPutObject(p -> p.signatureDuration(PRESIGNED)
                            .putObjectRequest(b -> b.bucket(bucket).key(key)))
                    .url()
                    .toURI();
        }
    }

    protected URI presignedGet(String key) throws URISyntaxException {
        try (var presigner = target.presigner(target.backend().aliceSecond())) {
            return presigner
                    .presignGetObject(p -> p.signatureDuration(PRESIGNED)
                            .getObjectRequest(b -> b.bucket(bucket).key(key)))
                    .url()
                    .toURI();
        }
    }

    protected void put(String key, String content) {
        s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(content, StandardCharsets.UTF_8));
    }

    protected String text(String key) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
    }

    protected void assumeAbility(Ability ability) {
        Prerequisite.require(target.backend().abilities().contains(ability), "this backend " + ability.without);
    }

    protected static ObjectIdentifier id(String key) {
        return ObjectIdentifier.builder().key(key).build();
    }

    protected static int statusOf(Throwable e) {
        return e instanceof S3Exception s3 ? s3.statusCode() : -1;
    }

    protected static String codeOf(Throwable e) {
        return e instanceof S3Exception s3 ? s3.awsErrorDetails().errorCode() : e.toString();
    }
}
