/**
 * The course of one request, from its head to its end: when what happened, what became of it, and what logs need to know of
 * it. The request path fills a {@link dev.sluice.proxy.course.RequestCourse} as the request passes; a {@link
 * dev.sluice.proxy.course.CourseListener} gets it at the end.
 *
 * <pre>
 *   head --&gt; decision --&gt; sent to RGW --&gt; head of the response --&gt; end --&gt; CourseListener
 *             |                |                                    ^
 *             +-- rejected ----+-- failed, client gone -------------+
 * </pre>
 *
 * <p>Every request that was read, whole or not, ends once, with one {@link dev.sluice.proxy.course.RequestOutcome}. There is
 * one course for each client connection; it is reused and belongs to one event loop. While no listener is on it does nothing.
 */
package dev.sluice.proxy.course;
