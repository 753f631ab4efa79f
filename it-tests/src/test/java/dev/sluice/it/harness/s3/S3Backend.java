package dev.sluice.it.harness.s3;

import dev.sluice.demo.s3.EmbeddedS3;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The S3 server behind the sidecar, with the users alice (two access keys) and bob (one). */
public sealed interface S3Backend extends AutoCloseable {
    /** An ability that not every backend has. The text completes "this backend ..." when a test is skipped. */
    enum Ability {
        TENANTS("has no tenants"),
        OWNERS("lets every key do everything"),
        TRAILING_CHECKSUMS("does not know checksums in trailers"),
        OPAQUE_KEYS("keeps keys as paths of a file system");

        final String without;

        Ability(String without) {
            this.without = without;
        }
    }

    /** The domain of buckets in the Host header. */
    String DOMAIN = EmbeddedS3.DOMAIN;

    /** The endpoints, at least one; all serve the same buckets. */
    List<URI> endpoints();

    S3Credentials alice();

    S3Credentials aliceSecond();

    S3Credentials bob();

    /** A user of the tenant acme; only with {@link Ability#TENANTS}. */
    S3Credentials carol();

    Set<Ability> abilities();

    @Override
    void close();

    /** A real radosgw; skips the calling test if there is none. */
    static S3Backend rgw() {
        return rgw(RgwRelease.HOST);
    }

    /** A real radosgw of a release; skips the calling test if there is none. */
    static S3Backend rgw(RgwRelease release) {
        return new Rgw(RgwTestBed.require(release));
    }

    static S3Backend embedded() {
        var keys = Map.of("ALICEKEY1", "alicesecret1", "ALICEKEY2", "alicesecret2", "BOBKEY1", "bobsecret1");
        return new Embedded(EmbeddedS3.start(keys));
    }

    /** A real radosgw if there is one or one is required, else the embedded server. */
    static S3Backend best() {
        return RgwTestBed.required() || RgwTestBed.available(RgwRelease.HOST).usable() ? rgw() : embedded();
    }

    /** The shared test bed, which is closed at the end of the JVM. */
    record Rgw(RgwTestBed bed) implements S3Backend {
        private static final int KNOWS_TRAILERS = 18;

        @Override
        public List<URI> endpoints() {
            return bed.endpoints();
        }

        @Override
        public S3Credentials alice() {
            return bed.keys("ALICE", "");
        }

        @Override
        public S3Credentials aliceSecond() {
            return bed.keys("ALICE", "2");
        }

        @Override
        public S3Credentials bob() {
            return bed.keys("BOB", "");
        }

        @Override
        public S3Credentials carol() {
            return bed.keys("CAROL", "");
        }

        @Override
        public Set<Ability> abilities() {
            var abilities = EnumSet.allOf(Ability.class);
            if (bed.majorRelease() < KNOWS_TRAILERS) {
                abilities.remove(Ability.TRAILING_CHECKSUMS);
            }
            return abilities;
        }

        @Override
        public void close() {}
    }

    record Embedded(EmbeddedS3 server) implements S3Backend {
        @Override
        public List<URI> endpoints() {
            return List.of(server.endpoint());
        }

        @Override
        public S3Credentials alice() {
            return new S3Credentials("ALICEKEY1", "alicesecret1");
        }

        @Override
        public S3Credentials aliceSecond() {
            return new S3Credentials("ALICEKEY2", "alicesecret2");
        }

        @Override
        public S3Credentials bob() {
            return new S3Credentials("BOBKEY1", "bobsecret1");
        }

        @Override
        public S3Credentials carol() {
            throw new UnsupportedOperationException("the embedded server has no tenants");
        }

        @Override
        public Set<Ability> abilities() {
            return EnumSet.of(Ability.TRAILING_CHECKSUMS);
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
