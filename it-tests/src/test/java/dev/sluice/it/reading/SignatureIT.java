package dev.sluice.it.reading;

import dev.sluice.it.harness.s3.RgwRelease;

/** With the release of this machine. */
class SignatureIT extends SignatureContract {
    SignatureIT() {
        super(RgwRelease.HOST);
    }
}
