package dev.sluice.it.rgw;

import dev.sluice.it.harness.s3.RgwRelease;

/** With radosgw 18.2. */
class Rgw18ForeignUsersIT extends ForeignUsersContract {
    Rgw18ForeignUsersIT() {
        super(RgwRelease.TRIXIE);
    }
}
