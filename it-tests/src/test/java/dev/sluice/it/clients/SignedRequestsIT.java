package dev.sluice.it.clients;

import dev.sluice.it.harness.s3.RgwRelease;

/** With the radosgw of this machine: 16.2. */
class SignedRequestsIT extends SignedRequestsContract {
    SignedRequestsIT() {
        super(RgwRelease.HOST);
    }
}
