/**
 * HTTP/1.1 syntax, strictly: bytes in, offsets out. A head is parsed where it was received and is never copied into
 * strings or objects; what is forwarded are the received bytes.
 *
 * <p>{@link dev.sluice.proxy.http1.RequestHead} and {@link dev.sluice.proxy.http1.ResponseHead} read a start line and
 * {@link dev.sluice.proxy.http1.HeaderLines}; {@link dev.sluice.proxy.http1.ChunkedBody} finds the end of a chunked
 * body as it passes. Objects are reused from message to message and belong to one thread.
 *
 * <p>The one rule: a message is accepted only if every reader agrees on what it says and where it ends. What two readers
 * are known to read differently is a {@link dev.sluice.proxy.http1.Fault}, even where the standard lets a server guess.
 * The tests hold this against Netty's decoders: whatever is accepted here, they accept, with the same meaning. The
 * decisions are listed in {@code docs/http.md}.
 */
package dev.sluice.proxy.http1;
