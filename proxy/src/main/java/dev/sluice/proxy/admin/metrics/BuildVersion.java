package dev.sluice.proxy.admin.metrics;

/** The version of the program, as its jar states it. */
public final class BuildVersion {
    /** Of classes that run without a jar. */
    private static final String UNPACKED = "development";

    private BuildVersion() {}

    /** Such as {@code 1.0.0}. */
    public static String text() {
        String stated = BuildVersion.class.getPackage().getImplementationVersion();
        return stated == null ? UNPACKED : stated;
    }
}
