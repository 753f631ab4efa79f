package dev.sluice.proxy.s3;

/** The header values of one request, for the few that only some requests need. */
@FunctionalInterface
public interface HeaderValues {
    /**
     * Returns the value that RGW sees: that of the last header with this name. RGW folds {@code _} to {@code -} in names.
     *
     * @param lowerCaseName such as {@code x-auth-token}
     * @return one char for each byte; empty: none
     */
    String last(String lowerCaseName);
}
