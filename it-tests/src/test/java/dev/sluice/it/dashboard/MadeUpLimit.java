package dev.sluice.it.dashboard;

import java.util.Locale;

/**
 * A limit of a made-up stream, on two sidecars that share it evenly.
 *
 * @param asked a second, likewise {@code admitted} and {@code rejected}
 * @param waiting transfers
 */
record MadeUpLimit(
        String scope,
        String subject,
        String dimension,
        String limit,
        double amount,
        String onExceed,
        double asked,
        double admitted,
        double rejected,
        int waiting) {
    /** A limit on requests that lets so many through of those that ask. */
    static MadeUpLimit of(String scope, String subject, String dimension, int perSecond, double asked) {
        double admitted = Math.min(asked, perSecond);
        return new MadeUpLimit(
                scope, subject, dimension, perSecond + "/s", perSecond, "reject", asked, admitted, asked - admitted, 0);
    }

    /** The same limit as one that only counts. */
    MadeUpLimit shadow() {
        return new MadeUpLimit(scope, subject, dimension, limit, amount, "shadow", asked, admitted, rejected, waiting);
    }

    /** The same limit with transfers that wait. */
    MadeUpLimit waiting(int transfers) {
        return new MadeUpLimit(
                scope, subject, dimension, limit, amount, onExceed, asked, admitted, rejected, transfers);
    }

    String key() {
        String name = subject.replace("%", "%25").replace("/", "%2F");
        return subject.isEmpty() ? scope + "/" + dimension : scope + "/" + name + "/" + dimension;
    }

    private double refused(boolean isWanted) {
        return isWanted ? rejected : 0;
    }

    /** The row of {@code now}. */
    String row() {
        boolean isShadow = onExceed.equals("shadow");
        return String.format(
                Locale.ROOT,
                """
                {"key":%s,"scope":"%s","subject":%s,"dimension":"%s","limit":"%s","limit_amount":%f,"period_seconds":1,
                "meter":"window","on_exceed":"%s","origin":"limits.conf:8","used":%f,"used_ratio":%f,"asked_ratio":%f,
                "shares":{"rgw1":0.75,"rgw2":0.25},"rejected_per_second":%f,"rejected_ratio":%f,
                "would_reject_per_second":%f,"waiting":%d,"excess":0,"amount":%f,"admitted":{"rgw1":%f,"rgw2":%f},
                "rejected":%f,"would_reject":%f}""",
                quoted(key()),
                scope,
                quoted(subject),
                dimension,
                limit,
                amount,
                onExceed,
                admitted,
                admitted / amount,
                asked / amount,
                refused(!isShadow),
                refused(!isShadow) / asked,
                refused(isShadow),
                waiting,
                amount,
                admitted * 0.75,
                admitted * 0.25,
                refused(!isShadow),
                refused(isShadow));
    }

    /** The series of {@code history}, of three seconds. */
    String series() {
        return String.format(Locale.ROOT, """
                {"key":%s,"amount":[%f,%f,%f],"admitted":{"rgw1":[1,2,3],"rgw2":[3,2,1]},"rejected":[],"would_reject":[]}""", quoted(key()), amount, amount, amount);
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
