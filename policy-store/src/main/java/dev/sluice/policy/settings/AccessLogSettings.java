package dev.sluice.policy.settings;

import java.nio.file.Path;

/**
 * The access log of a sidecar.
 *
 * @param file resolved against the directory of the settings file
 * @param sample the part of requests that is logged: above 0, up to 1
 * @param maxBytes after which the file is renamed; 0: never
 * @param keep how many renamed files are kept, at least 1
 */
public record AccessLogSettings(Path file, LineFormat format, double sample, long maxBytes, int keep) {
    /** What a line looks like. */
    public enum LineFormat {
        /** JSON with the names of RGW's ops log. */
        JSON,
        /** As S3's server access logs. */
        S3
    }

    public AccessLogSettings {
        if (!(sample > 0) || sample > 1) {
            throw new IllegalArgumentException("the sample must be above 0 and at most 1, not " + sample);
        }
        if (maxBytes < 0 || keep < 1) {
            throw new IllegalArgumentException("a log has a size of 0 or more, and keeps a file at least");
        }
    }
}
