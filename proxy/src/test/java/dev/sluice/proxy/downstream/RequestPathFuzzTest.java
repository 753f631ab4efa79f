package dev.sluice.proxy.downstream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Bytes that Jazzer finds, sent through the request path: requests come out of it as they went in, or not at all. The
 * first byte decides how they are cut and when gateways answer. In the ordinary build the inputs beside this class (in
 * the resources) are run; docs/http.md says how to search for more.
 */
class RequestPathFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void requests(byte[] bytes) {
        if (bytes.length > 1) {
            RequestPathCheck.requestsOf(Arrays.copyOfRange(bytes, 1, bytes.length), bytes[0]);
        }
    }
}
