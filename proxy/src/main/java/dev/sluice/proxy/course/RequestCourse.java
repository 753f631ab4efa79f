package dev.sluice.proxy.course;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.response.ErrorKind;
import dev.sluice.proxy.response.ErrorResponses;
import io.netty.buffer.ByteBuf;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its head to its end: when what happened, by the monotonic clock, and what became of it. The parts of
 * the request path fill it; a listener gets it once, at the end. There is one for each client connection; it is reused.
 * Belongs to one event loop.
 *
 * <p>While no listener is on, all it does is to find that out.
 */
public final class RequestCourse {
    private final LoopContext loop;
    private final CourseListener listener;
    private final Function<RequestHead, IpAddress> client;
    private final Supplier<IpAddress> peer;
    private final boolean isOn;
    private final RequestText text = new RequestText();
    private final ResponseFacts facts = new ResponseFacts();

    private boolean isOpen;
    private IpAddress address = IpAddress.UNSPECIFIED;
    private long beginNanos;
    private long endNanos;
    private long upstreamNanos;
    private long addedNanos;
    private boolean isDecided;
    private boolean isSent;
    private boolean isHeld;
    private RequestOutcome outcome = RequestOutcome.SERVED;
    private int status;
    private long bytesReceived;
    private long bytesSent;
    private String user = "";
    private String bucket = "";
    private @Nullable OperationClass operation;
    private Verdict.@Nullable Rejected rejection;

    /**
     * For one client connection.
     *
     * @param listener of the same event loop
     * @param client gives the address that a request comes from
     * @param peer gives that of the connection's other end, for a head that could not be read
     */
    public RequestCourse(
            LoopContext loop,
            CourseListener listener,
            Function<RequestHead, IpAddress> client,
            Supplier<IpAddress> peer) {
        this.loop = loop;
        this.listener = listener;
        this.client = client;
        this.peer = peer;
        this.isOn = listener != CourseListener.NONE;
    }

    /** A course that nobody follows. */
    public static RequestCourse ignored(LoopContext loop) {
        return new RequestCourse(loop, CourseListener.NONE, head -> IpAddress.UNSPECIFIED, () -> IpAddress.UNSPECIFIED);
    }

    // --- the request --------------------------------------------------------------------------

    /** The head of a request has come. Called again while the same request waits for more of its form, it does nothing. */
    public void begin(RequestHead head) {
        if (isOn && !isOpen && listener.isOn()) {
            start(client.apply(head));
            text.take(head);
        }
    }

    private void start(IpAddress from) {
        isOpen = true;
        beginNanos = loop.nowNanos();
        address = from;
        isDecided = false;
        isSent = false;
        upstreamNanos = 0;
        addedNanos = 0;
        isHeld = false;
        status = 0;
        bytesReceived = 0;
        bytesSent = 0;
        user = "";
        bucket = "";
        operation = null;
        rejection = null;
    }

    /**
     * Limits have been asked.
     *
     * @param ofUser {@code uid}, {@code tenant$uid}, or {@code key:} and a hash; empty: anonymous, or nobody asked
     * @param inBucket as limits name it; empty: none
     * @param what null: no limit applies to the request
     */
    public void onDecision(String ofUser, String inBucket, @Nullable OperationClass what) {
        if (isOpen) {
            isDecided = true;
            user = ofUser;
            bucket = inBucket;
            operation = what;
        }
    }

    /** The request waits for room. */
    public void onHeld() {
        isHeld = true;
    }

    /**
     * The request goes to RGW. Of a request that is sent a second time the first time counts.
     *
     * @param shadow how a shadow limit would have rejected it; null: none would
     */
    public void onSent(Verdict.@Nullable Rejected shadow) {
        if (isOpen && !isSent) {
            isSent = true;
            rejection = shadow;
        }
    }

    /** A part of the request's content goes to RGW. */
    public void onContentReceived(int bytes) {
        bytesReceived += bytes;
    }

    // --- the response -------------------------------------------------------------------------

    /**
     * The head of RGW's response has come.
     *
     * @param from begins with the head and what came with it of the body; not changed
     */
    public void onResponse(ResponseHead head, ByteBuf from, int bodyBytes) {
        if (isOpen) {
            status = head.status();
            facts.take(head, from, bodyBytes);
        }
    }

    /** A part of the response's body has come behind its head: the first bytes to be read of a buffer, which is not changed. */
    public void onBody(ByteBuf read, int bytes) {
        if (isOpen) {
            facts.takeBody(read, read.readerIndex(), bytes);
        }
    }

    /** A part of the response's content goes to the client. */
    public void onContentSent(int bytes) {
        bytesSent += bytes;
    }

    // --- the end ------------------------------------------------------------------------------

    /**
     * How long the parts of its exchange took, as they are measured for the metrics.
     *
     * @param upstream from the last of it that was sent to RGW to the first of the response; 0: there was none
     * @param added what this sidecar took before and, of a small response, behind that
     */
    public void onTimes(long upstream, long added) {
        if (isSent) {
            upstreamNanos = upstream;
            addedNanos = added;
        }
    }

    /** The whole response was passed on. */
    public void onServed() {
        end(RequestOutcome.SERVED);
    }

    /** The response broke off. */
    public void onCutOff() {
        end(RequestOutcome.CUT_OFF);
    }

    /** The client's connection is closed. Does nothing if the request is over. */
    public void onClientGone() {
        end(RequestOutcome.CLIENT_GONE);
    }

    /**
     * A limit rejected the request.
     *
     * @param responseStatus what the client gets
     * @param responses has just written the response
     */
    public void onRejected(Verdict.Rejected by, int responseStatus, ErrorResponses responses) {
        if (isOpen) {
            rejection = by;
            status = responseStatus;
            takeOwn(responses, "SlowDown");
            end(RequestOutcome.REJECTED);
        }
    }

    /**
     * The sidecar responds with an error. A head that could not be read begins and ends here.
     *
     * @param responses has just written the response
     */
    public void onError(ErrorKind kind, ErrorResponses responses) {
        if (isOn && !isOpen && listener.isOn()) {
            start(peer.get());
        }
        if (isOpen) {
            status = kind.status();
            takeOwn(responses, kind.code());
            end(RequestOutcome.of(kind));
        }
    }

    private void takeOwn(ErrorResponses responses, String code) {
        bytesSent = responses.bodyBytes();
        facts.ofOwn(responses.requestId(), code);
    }

    private void end(RequestOutcome as) {
        if (!isOpen) {
            return;
        }
        isOpen = false;
        outcome = as;
        endNanos = loop.readNanos();
        listener.onEnd(this);
        text.clear();
        facts.clear();
    }

    // --- what is known at the end ---------------------------------------------------------------

    public RequestOutcome outcome() {
        return outcome;
    }

    /** When its head had come. */
    public long beginNanos() {
        return beginNanos;
    }

    /** When its last byte was handed to the client's socket, or its end was seen. */
    public long endNanos() {
        return endNanos;
    }

    /** How long it took: from the whole head to the end. */
    public long totalNanos() {
        return Math.max(0, endNanos - beginNanos);
    }

    /** From the last of it that was sent to RGW to the first of the response; 0: there was none. */
    public long upstreamNanos() {
        return upstreamNanos;
    }

    /** What this sidecar itself took; a wait for room in a limit isn't in it. */
    public long addedNanos() {
        return isSent ? addedNanos : isHeld ? 0 : totalNanos();
    }

    /** Whether limits were asked, or needn't be. */
    public boolean isDecided() {
        return isDecided;
    }

    /** Whether it went to RGW. */
    public boolean isSent() {
        return isSent;
    }

    /** Whether it waited for room in a limit. */
    public boolean isHeld() {
        return isHeld;
    }

    /** What the client got; 0: nothing. */
    public int status() {
        return status;
    }

    /** Content of the request that went on to RGW. */
    public long bytesReceived() {
        return bytesReceived;
    }

    /** Content of the response. */
    public long bytesSent() {
        return bytesSent;
    }

    /** {@code uid}, {@code tenant$uid}, or {@code key:} and a hash; empty: anonymous, or not known. */
    public String user() {
        return user;
    }

    /** As limits name it; empty: none. */
    public String bucket() {
        return bucket;
    }

    /** Null: no limit applies to the request, or none was asked. */
    public @Nullable OperationClass operation() {
        return operation;
    }

    /** By which limit it was rejected, or would have been by a shadow limit; null: by none. */
    public Verdict.@Nullable Rejected rejection() {
        return rejection;
    }

    /** What its head had. Valid until the listener returns. */
    public RequestText text() {
        return text;
    }

    /** What the head of its response had. Valid until the listener returns. */
    public ResponseFacts facts() {
        return facts;
    }

    /** Where it came from, as far as a trusted source states it. */
    public IpAddress address() {
        return address;
    }
}
