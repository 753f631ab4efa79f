package dev.sluice.it.rgw;

import dev.sluice.it.harness.s3.RgwRelease;

/** With radosgw 18.2. */
class Rgw18StsSessionsIT extends StsSessionsContract {
    Rgw18StsSessionsIT() {
        super(RgwRelease.TRIXIE);
    }
}
