package dev.sluice.benchmarks.bus;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/**
 * Processor time used so far.
 *
 * @param publisherNanos by the publisher thread
 * @param subscriberNanos by the subscriber thread
 * @param ioNanos by the threads of ZeroMQ
 * @param collectorMillis elapsed time of garbage collections
 */
public record SyncThreadCosts(long publisherNanos, long subscriberNanos, long ioNanos, long collectorMillis) {
    static SyncThreadCosts now() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long publisher = 0;
        long subscriber = 0;
        long io = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread == null) {
                continue;
            }
            long nanos = Math.max(threads.getThreadCpuTime(thread.getThreadId()), 0);
            String name = thread.getThreadName();
            publisher += name.equals("sluice-publisher") ? nanos : 0;
            subscriber += name.equals("sluice-subscriber") ? nanos : 0;
            io += name.startsWith("iothread") ? nanos : 0;
        }
        long collector = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(bean -> bean.getCollectionTime())
                .sum();
        return new SyncThreadCosts(publisher, subscriber, io, collector);
    }

    SyncThreadCosts since(SyncThreadCosts before) {
        return new SyncThreadCosts(
                publisherNanos - before.publisherNanos,
                subscriberNanos - before.subscriberNanos,
                ioNanos - before.ioNanos,
                collectorMillis - before.collectorMillis);
    }

    SyncThreadCosts plus(SyncThreadCosts more) {
        return new SyncThreadCosts(
                publisherNanos + more.publisherNanos,
                subscriberNanos + more.subscriberNanos,
                ioNanos + more.ioNanos,
                collectorMillis + more.collectorMillis);
    }
}
