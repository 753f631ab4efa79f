/**
 * The access log: one line for each request, in a file of its own, off by default.
 *
 * <pre>
 *   event loop: RequestCourse --&gt; EntryCollector --&gt; EntryRing ---+
 *   event loop: RequestCourse --&gt; EntryCollector --&gt; EntryRing ---+--&gt; thread access-log: EntryFormat --&gt; LogFile
 * </pre>
 *
 * <p>An event loop makes an {@link dev.sluice.proxy.accesslog.AccessEntry} at the end of a request and puts it into its own
 * ring, without a lock and without a system call. If the ring is full, the entry is dropped and counted. One thread empties
 * all rings, twenty times a second at least, formats, and writes. A disk that is full, hangs or refuses stops that thread
 * alone.
 *
 * <p>No credential gets into a line: {@link dev.sluice.proxy.accesslog.LoggedUri} keeps of a query only the parameters that it
 * knows as harmless. What else a client chose is escaped by {@link dev.sluice.proxy.accesslog.LineBuilder}, so that it can't
 * break a line.
 */
package dev.sluice.proxy.accesslog;
