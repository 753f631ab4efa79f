/**
 * End to end: real clients, the sidecar as a process of its own, a real radosgw behind it where the machine has one.
 *
 * <p>{@link dev.sluice.it.S3Backend} is what stands behind: the {@link dev.sluice.it.RgwBed} or the embedded server.
 * {@link dev.sluice.it.SidecarProcess} is the jar under test. {@link dev.sluice.it.S3ClientContract} says what a client
 * may expect; its subclasses run it against a backend alone, which proves the tests, and through the sidecar.
 *
 * <p>Environment: {@code SLUICE_RGW=off} does without radosgw, {@code SLUICE_RGW=required} fails where it is missing;
 * {@code SLUICE_RGW_SUITES} names the {@link dev.sluice.it.RgwRelease}s that are wanted.
 * System property: {@code sluice.sidecar=off} runs only what needs no sidecar; {@code sluice.jar} names another jar.
 */
package dev.sluice.it;
