package dev.sluice.it;

/** Of what this machine has: release 16.2 knows no checksums in trailers. */
class UploadFormsIT extends UploadFormsContract {
    @Override
    RgwRelease release() {
        return RgwRelease.HOST;
    }
}
