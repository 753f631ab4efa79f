package dev.sluice.proxy.s3;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds the bucket of a virtual-hosted request, as RGW does with {@code rgw_dns_name} and the hostnames of its
 * zonegroup.
 *
 * <p>Without configured domains no Host names a bucket. With them, the longest domain that the Host ends with counts,
 * whatever its case: the part before it is the bucket, in its own case, and may contain dots. A Host outside of all
 * domains is itself the bucket, as RGW takes it for a CNAME to the gateway, if it has 3 to 255 characters and does not
 * look like an IPv4 address. Which characters it has does not matter to RGW.
 */
public final class HostDomains {
    private static final int BUCKET_CHARS_MIN = 3;
    private static final int BUCKET_CHARS_MAX = 255;
    private static final int ADDRESS_DOTS = 3;

    private final List<String> longestFirst;

    public HostDomains(List<String> domains) {
        longestFirst = domains.stream()
                .map(domain -> domain.toLowerCase(Locale.ROOT))
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /**
     * Returns the bucket that a Host header names.
     *
     * @param host as received; empty: none
     * @return empty: none, the path names the bucket
     */
    String bucketOf(String host) {
        if (longestFirst.isEmpty() || host.isEmpty() || host.charAt(0) == '[') {
            return "";
        }
        int colon = host.indexOf(':');
        int length = colon < 0 ? host.length() : colon;
        for (String domain : longestFirst) {
            int at = length - domain.length();
            if (at < 0 || !host.regionMatches(true, at, domain, 0, domain.length())) {
                continue;
            }
            if (at == 0) {
                return "";
            }
            if (host.charAt(at - 1) == '.') {
                if (at > 1) {
                    return host.substring(0, at - 1);
                }
                break;
            }
        }
        return couldBeBucket(host, length) ? host.substring(0, length) : "";
    }

    private static boolean couldBeBucket(String host, int length) {
        return length >= BUCKET_CHARS_MIN && length <= BUCKET_CHARS_MAX && !looksLikeAddress(host, length);
    }

    /** Four groups of digits; RGW lets the last one be empty, and compares no group with 255. */
    private static boolean looksLikeAddress(String host, int length) {
        int dots = 0;
        boolean afterDigit = false;
        for (int i = 0; i < length; i++) {
            char c = host.charAt(i);
            if (c == '.') {
                if (!afterDigit || ++dots > ADDRESS_DOTS) {
                    return false;
                }
                afterDigit = false;
            } else if (c >= '0' && c <= '9') {
                afterDigit = true;
            } else {
                return false;
            }
        }
        return dots == ADDRESS_DOTS;
    }
}
