/**
 * The report and its bytes; the lowest package of this module. {@code docs/wire-format.md} draws the layout.
 *
 * <pre>
 *  Report (header + UsageEntry ...)  --ReportCodec.encode-->  bytes
 *  bytes  --ReportCodec.decode-->  ReceivedMessage: Decoded (header + UsageEntryReader), OtherVersion or Malformed
 * </pre>
 *
 * <p>A sender makes a {@link dev.sluice.sync.wire.UsageEntry} for each subject. A receiver has far more entries to read
 * than it sends, so it reads them in place with a {@link dev.sluice.sync.wire.UsageEntryReader}.
 */
package dev.sluice.sync.wire;
