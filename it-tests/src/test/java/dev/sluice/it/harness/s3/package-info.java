/**
 * The S3 service behind a sidecar, and clients of it: a real radosgw where the machine has one, else the embedded server.
 *
 * <pre>
 *  S3Fixture (base class of tests) --&gt; S3Target (endpoint) --&gt; S3Backend --&gt; RgwTestBed (RgwRelease) or embedded server
 * </pre>
 *
 * <p>Environment: {@code SLUICE_RGW=off} runs without radosgw, {@code SLUICE_RGW=required} fails where it is missing.
 * {@code SLUICE_RGW_SUITES} names the wanted {@link dev.sluice.it.harness.s3.RgwRelease}s.
 */
package dev.sluice.it.harness.s3;
