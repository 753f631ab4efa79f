package dev.sluice.it.secrets;

import dev.sluice.it.harness.s3.RgwRelease;

/** With the radosgw of this machine: 16.2. */
class HiddenSecretsIT extends HiddenSecretsContract {
    HiddenSecretsIT() {
        super(RgwRelease.HOST);
    }
}
