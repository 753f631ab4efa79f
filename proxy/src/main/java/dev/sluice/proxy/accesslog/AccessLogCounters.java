package dev.sluice.proxy.accesslog;

import java.util.concurrent.atomic.LongAdder;

/** What became of the entries of the access log. */
final class AccessLogCounters {
    /** In the file. */
    final LongAdder written = new LongAdder();
    /** They came faster than they could be written, or the disk hung. */
    final LongAdder droppedByQueue = new LongAdder();
    /** The file could not be written. */
    final LongAdder droppedByFile = new LongAdder();
}
