package dev.sluice.it.clients;

import dev.sluice.it.harness.s3.RgwRelease;

/** With radosgw 18.2. */
class Rgw18SignedRequestsIT extends SignedRequestsContract {
    Rgw18SignedRequestsIT() {
        super(RgwRelease.TRIXIE);
    }
}
