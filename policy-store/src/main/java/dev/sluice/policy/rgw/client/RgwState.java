package dev.sluice.policy.rgw.client;

/** Whether the Admin API can be used, and if not, why. */
public enum RgwState {
    /** It hasn't been asked yet. */
    UNKNOWN,
    OK,
    /** The gateway can't be connected to, or doesn't respond. */
    UNREACHABLE,
    /** The admin user's secret key is not the one in the file. */
    WRONG_SECRET,
    /** The gateway knows no user with the admin user's access key. */
    UNKNOWN_ACCESS_KEY,
    /** The admin user lacks a capability. */
    MISSING_CAPABILITY,
    /** The clocks of this machine and of the gateway differ too much for signatures. */
    CLOCK_SKEW,
    /** There is no Admin API at this address. */
    NOT_SERVED,
    /** The gateway refuses for any other reason. */
    FAILING
}
