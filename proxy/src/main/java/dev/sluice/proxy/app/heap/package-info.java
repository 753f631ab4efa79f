/**
 * What fills the heap. Every second {@link dev.sluice.proxy.app.heap.HeapWatch} writes the sizes of the bounded tables to a
 * small file and warns when the heap is nearly full. The JVM prints that file when it ends because the heap is full: by then
 * no line of Java could.
 *
 * <pre>
 *   HeapTable ... -&gt; HeapNote (a line of text) -&gt; HeapWatch -&gt; /tmp/sluice-heap-PID -&gt; -XX:OnOutOfMemoryError
 *                                                     `-&gt; log, metrics
 * </pre>
 */
@NullMarked
package dev.sluice.proxy.app.heap;

import org.jspecify.annotations.NullMarked;
