/**
 * {@code sluice demo}: an S3 server in memory, two sidecars that share one limit, and a client that exceeds it.
 *
 * <pre>
 *  Demo (command line) --&gt; DemoRun --&gt; DemoClient ==&gt; two sidecars ==&gt; s3.EmbeddedS3
 *                             |            |
 *                             |            v
 *                             +----&gt; OutcomeCounters --&gt; DemoDisplay and DemoVerdict, once a second
 * </pre>
 */
package dev.sluice.demo;
