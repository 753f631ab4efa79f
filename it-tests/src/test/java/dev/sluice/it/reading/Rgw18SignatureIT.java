package dev.sluice.it.reading;

import dev.sluice.it.harness.s3.RgwRelease;

/** With radosgw 18.2. */
class Rgw18SignatureIT extends SignatureContract {
    Rgw18SignatureIT() {
        super(RgwRelease.TRIXIE);
    }
}
