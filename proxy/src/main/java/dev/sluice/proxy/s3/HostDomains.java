package dev.sluice.proxy.s3;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds the bucket of a virtual-hosted request, as RGW does with {@code rgw_dns_name} and the hostnames of its
 * zonegroup.
 *
 * <p>Without configured domains no Host names a bucket. With them, the longest domain that the Host ends with counts:
 * the part before it is the bucket and may contain dots. A Host outside of all domains is itself the bucket, as RGW
 * takes it for a CNAME to the gateway, if it is a valid bucket name and not an address.
 */
public final class HostDomains {
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
        String name = (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
        for (String domain : longestFirst) {
            if (name.equals(domain)) {
                return "";
            }
            int dot = name.length() - domain.length() - 1;
            if (dot > 0 && name.charAt(dot) == '.' && name.endsWith(domain)) {
                return name.substring(0, dot);
            }
        }
        return couldBeBucket(name) ? name : "";
    }

    private static boolean couldBeBucket(String name) {
        if (name.length() < 3 || name.length() > 63) {
            return false;
        }
        boolean address = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (!digit && c != '.') {
                address = false;
            }
            if (!digit && !(c >= 'a' && c <= 'z') && c != '-' && c != '.') {
                return false;
            }
        }
        return !address;
    }
}
