package dev.sluice.proxy.proof;

/** What RGW's response says about who sent a request. */
public enum ResponseMeaning {
    /** RGW has accepted the credential: it served the request, or looked for a bucket or an object in the requester's name. */
    ACCEPTED,
    /** RGW may have refused the credential. No response proves a forgery: an owner without a permission gets 403 too. */
    REFUSED,
    /** Nothing: RGW fails, or didn't get so far. */
    NOTHING;

    /**
     * The meaning of a response.
     *
     * @param namesBucket whether the request names a bucket: RGW looks for it once it knows the requester
     */
    public static ResponseMeaning of(int status, boolean namesBucket) {
        return switch (status) {
            case 304, 412, 416 -> ACCEPTED;
            case 404 -> namesBucket ? ACCEPTED : NOTHING;
            case 401, 403 -> REFUSED;
            default -> status >= 200 && status < 300 ? ACCEPTED : NOTHING;
        };
    }
}
