package dev.sluice.it.harness.s3;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * The endpoint of a client, a sidecar or the backend itself, and the backend behind it.
 *
 * @param endpoint where the client connects
 */
public record S3Target(URI endpoint, S3Backend backend) {
    private static final Region REGION = Region.of("default");

    /** Uses buckets in the path, and checksums only where S3 requires them, which every radosgw supports. */
    public S3Client client(S3Credentials keys) {
        return builder(keys, endpoint, true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .addPlugin(LegacyMd5Plugin.create())
                .build();
    }

    /** Uses the SDK's default: a CRC32 in the trailer of an aws-chunked body. */
    public S3Client clientWithDefaultChecksums(S3Credentials keys) {
        return builder(keys, endpoint, true).build();
    }

    /** Uses buckets in the Host header. */
    public S3Client clientByHost(S3Credentials keys) {
        return builder(keys, domainEndpoint(), false)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .build();
    }

    public S3Presigner presigner(S3Credentials keys) {
        return S3Presigner.builder()
                .endpointOverride(endpoint)
                .region(REGION)
                .credentialsProvider(keys.provider())
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build();
    }

    private URI domainEndpoint() {
        return URI.create("http://" + S3Backend.DOMAIN + ":" + endpoint.getPort());
    }

    private S3ClientBuilder builder(S3Credentials keys, URI seenEndpoint, boolean bucketInPath) {
        return S3Client.builder()
                .endpointOverride(seenEndpoint)
                .region(REGION)
                .forcePathStyle(bucketInPath)
                .credentialsProvider(keys.provider())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .httpClientBuilder(Apache5HttpClient.builder()
                        .socketTimeout(Duration.ofSeconds(30))
                        .dnsResolver(new DomainAt(endpoint.getHost())));
    }

    /** Resolves bucket.s3.localhost to the target's address, without an entry in the machine's resolver. */
    private record DomainAt(String address) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return SystemDefaultDnsResolver.INSTANCE.resolve(host.endsWith(S3Backend.DOMAIN) ? address : host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
