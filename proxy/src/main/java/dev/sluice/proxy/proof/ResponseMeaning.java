package dev.sluice.proxy.proof;

/** What RGW's response says about who sent a request. */
public enum ResponseMeaning {
    /** RGW has accepted the credential: it served the request, or looked for a bucket or an object in the requester's name. */
    ACCEPTED,
    /** RGW may have refused the credential. No response proves a forgery: an owner without a permission gets 403 too. */
    REFUSED,
    /** RGW may have answered before it looked at the credential: it found the request itself wrong. */
    UNSEEN,
    /** Nothing: RGW fails, or something is in the way. */
    NOTHING;

    /**
     * The meaning of a response.
     *
     * @param namesBucket whether the request names a bucket: RGW looks for it once it knows the requester
     */
    public static ResponseMeaning of(int status, boolean namesBucket) {
        return switch (status) {
            case 304, 412, 416 -> ACCEPTED;
            case 404 -> namesBucket ? ACCEPTED : UNSEEN;
            case 401, 403 -> REFUSED;
            case 409 -> NOTHING;
            case 501 -> UNSEEN;
            default -> ofOther(status);
        };
    }

    private static ResponseMeaning ofOther(int status) {
        if (status >= 200 && status < 300) {
            return ACCEPTED;
        }
        return status >= 400 && status < 500 ? UNSEEN : NOTHING;
    }
}
