package dev.sluice.it.rgw;

import dev.sluice.it.harness.s3.RgwRelease;

/** With the radosgw of this machine: 16.2. */
class ForeignUsersIT extends ForeignUsersContract {
    ForeignUsersIT() {
        super(RgwRelease.HOST);
    }
}
