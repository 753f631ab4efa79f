package dev.sluice.policy.rgw;

import dev.sluice.policy.rgw.client.RgwState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how the Admin API is: one line each time that it changes. Belongs to one thread. */
final class RgwStatusLog {
    private static final Logger LOG = LoggerFactory.getLogger(RgwStatusLog.class);
    private static final long MILLIS_PER_SECOND = 1_000;

    private final String endpoint;
    private RgwState users = RgwState.UNKNOWN;
    private RgwState limits = RgwState.UNKNOWN;
    private long failedSinceWallMillis;

    RgwStatusLog(String endpoint) {
        this.endpoint = endpoint;
    }

    void report(RgwStatus ofUsers, RgwStatus ofLimits, long nowWallMillis) {
        if (ofUsers.state() != users) {
            reportUsers(ofUsers, nowWallMillis);
            users = ofUsers.state();
        }
        if (ofLimits.state() != limits) {
            reportLimits(ofLimits);
            limits = ofLimits.state();
        }
    }

    private void reportUsers(RgwStatus status, long nowWallMillis) {
        boolean hadFailed = users != RgwState.OK && users != RgwState.UNKNOWN;
        if (!status.isOk()) {
            failedSinceWallMillis = hadFailed ? failedSinceWallMillis : nowWallMillis;
            LOG.warn("users are not known from RGW: {}. Those known so far stay known", status.problem());
        } else if (hadFailed) {
            long seconds = (nowWallMillis - failedSinceWallMillis) / MILLIS_PER_SECOND;
            LOG.info("the Admin API at {} answers again after {} s", endpoint, seconds);
        } else {
            LOG.info("users are known from RGW's Admin API at {}", endpoint);
        }
    }

    private static void reportLimits(RgwStatus status) {
        switch (status.state()) {
            case OK -> LOG.info("RGW's rate limits are read");
            case NOT_SERVED -> LOG.info("no limits from RGW: {}", status.problem());
            default -> LOG.warn("no limits from RGW: {}", status.problem());
        }
    }
}
