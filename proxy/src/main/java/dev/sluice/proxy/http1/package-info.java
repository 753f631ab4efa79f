/**
 * HTTP/1.1 syntax, strictly: bytes in, offsets out. A head is parsed where it was received and never copied into strings
 * or objects; the received bytes are what is forwarded.
 *
 * <pre>
 *   bytes --&gt; RequestHead or ResponseHead: start line, HeaderLines --&gt; MessageFraming: length, chunked, keep-alive
 *   bytes --&gt; BodyFraming (ChunkedBody): how many of them belong to the body
 * </pre>
 *
 * <p>Parsers are reused from message to message and belong to one thread; {@link dev.sluice.proxy.http1.HeadScratch}
 * holds those of an event loop.
 *
 * <p>The one rule: a message is accepted only if every reader agrees on its meaning and on its end. What two readers are
 * known to read differently is an {@link dev.sluice.proxy.http1.HttpFault}, even where the standard lets a server guess.
 * Tests compare this package with Netty's decoders: they accept whatever is accepted here, with the same meaning. {@code
 * docs/http.md} lists the decisions.
 */
package dev.sluice.proxy.http1;
