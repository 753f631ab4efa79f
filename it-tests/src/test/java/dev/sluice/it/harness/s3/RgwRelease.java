package dev.sluice.it.harness.s3;

import java.util.List;
import java.util.Map;

/** The Ceph releases under test. Each has its own test bed, so both can run at once. */
public enum RgwRelease {
    /** The release of this machine or its Debian: 16.2 on Debian 12. */
    HOST("host", Map.of("RGW_SUITE", ""), 3),
    /** 18.2 of the next Debian, unpacked beside it: the first release with checksums in trailers. */
    TRIXIE("trixie", Map.of("RGW_SUITE", "trixie"), 1);

    private static final String WANTED_BY = "SLUICE_RGW_SUITES";

    private final String word;
    private final Map<String, String> environment;
    private final int gateways;

    RgwRelease(String word, Map<String, String> environment, int gateways) {
        this.word = word;
        this.environment = environment;
        this.gateways = gateways;
    }

    /** Its name for {@code install.sh} and {@code start.sh}. */
    Map<String, String> environment() {
        return environment;
    }

    int gateways() {
        return gateways;
    }

    /** The reason to run without it; empty: there is none. */
    String unwanted() {
        if ("off".equals(System.getenv("SLUICE_RGW"))) {
            return "SLUICE_RGW=off";
        }
        var wanted = System.getenv(WANTED_BY);
        return wanted == null || List.of(wanted.split("\\s+")).contains(word)
                ? ""
                : WANTED_BY + " does not name " + word;
    }
}
