package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.proxy.gate.GateDecision.Forward;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.response.RejectionForm;
import dev.sluice.proxy.s3.ExemptRequest;
import dev.sluice.proxy.s3.FormRequest;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.s3.GatewayRequest;
import dev.sluice.proxy.s3.S3HeadParser;
import dev.sluice.proxy.s3.S3InSwiftPath;
import dev.sluice.proxy.s3.S3Request;
import dev.sluice.proxy.s3.SwiftRequest;
import java.util.Optional;

/**
 * Holds requests to their limits: parses what a request does, looks up whose it is, and asks the limits for room.
 *
 * <p>Never limited: probes, so that they show whether RGW lives; the Admin Ops API and system users, which RGW does not
 * limit either. A name in a Swift token exempts nobody: whoever knows the name of a system user could write one.
 */
public final class S3Gate implements Gate {
    /**
     * Who asks for a session with a token of another issuer. Such a request has no signature, but it is no anonymous
     * write either: all of them together are one user.
     */
    static final Identity WEB_IDENTITY = new Identity("sts:web-identity", "");

    /** Whoever sends a form with more fields than are read. */
    static final Identity UNREAD_FORM = new Identity("form:unread", "");

    private final GatewayLayout layout;
    private final S3HeadParser parser;
    private final IdentityDirectory directory;
    private final Admission admission;
    /** What the last request claims; empty: nothing. */
    private String claimedKey = "";

    private String claimedBucket = "";
    private boolean isAdminRequest;

    /**
     * For one event loop.
     *
     * @param layout what the gateway takes requests for
     */
    public S3Gate(GatewayLayout layout, IdentityDirectory directory, Admission admission) {
        this.layout = layout;
        this.parser = new S3HeadParser(layout);
        this.directory = directory;
        this.admission = admission;
    }

    @Override
    public Gate forEventLoop() {
        return new S3Gate(layout, directory, admission);
    }

    @Override
    public Gate forConnection() {
        return new ConnectionGate(this, directory.observer());
    }

    /** The access key that the last request claims; empty: none, or one that is no S3 key. */
    String claimedKey() {
        return claimedKey;
    }

    /** The bucket of the last request, as limits name it; empty: none. */
    String claimedBucket() {
        return claimedBucket;
    }

    /** Whether the last request was for the Admin Ops API. */
    boolean isAdminRequest() {
        return isAdminRequest;
    }

    @Override
    public GateDecision decide(RequestHead head, Ticket ticket, long nowNanos) {
        GatewayRequest request = parser.parse(head);
        claimedKey = "";
        claimedBucket = "";
        isAdminRequest = request == ExemptRequest.ADMIN;
        if (request instanceof S3Request s3) {
            return decide(s3, identityOf(s3), head, ticket, nowNanos);
        }
        if (request instanceof SwiftRequest swift) {
            return decide(swift, ticket, nowNanos);
        }
        if (request instanceof S3InSwiftPath either) {
            return decide(either, head, ticket, nowNanos);
        }
        return request instanceof FormRequest ? GateDecision.Undecided.FORM_NEEDED : Forward.CHARGED;
    }

    @Override
    public GateDecision decide(FormHead form, Ticket ticket, long nowNanos) {
        if (!(parser.parse(form.head()) instanceof FormRequest request)) {
            return decide(form.head(), ticket, nowNanos);
        }
        if (request.isForWebIdentity(form.bytes(), 0, form.length())) {
            return decide(request.unread(), WEB_IDENTITY, form.head(), ticket, nowNanos);
        }
        Optional<S3Request> read = request.read(form.bytes(), 0, form.length());
        return read.isPresent()
                ? decide(read.get(), identityOf(read.get()), form.head(), ticket, nowNanos)
                : decideUnread(request.unread(), ticket, nowNanos);
    }

    /** It may be from anybody: neither a user's limit nor the anonymous one must be evaded by long fields. */
    private GateDecision decideUnread(S3Request request, Ticket ticket, long nowNanos) {
        Verdict verdict = admission.admitEither(
                UNREAD_FORM, request.bucketKey(""), Identity.ANONYMOUS, "", request.operation(), ticket, nowNanos);
        return decision(verdict, Forward.CHARGED, request.bucket(), RejectionForm.S3);
    }

    private GateDecision decide(S3Request request, Identity identity, RequestHead head, Ticket ticket, long nowNanos) {
        String bucket = request.bucketKey(identity.tenant());
        claimedKey = request.accessKey();
        claimedBucket = bucket;
        if (identity.isExempt()) {
            return Forward.CHARGED;
        }
        Verdict verdict = admission.admit(identity, bucket, request.operation(), ticket, nowNanos);
        return decision(verdict, charged(request, head), request.bucket(), RejectionForm.S3);
    }

    private static Forward charged(S3Request request, RequestHead head) {
        boolean listsTags = request.operation() == OperationClass.DELETE && head.method() == HttpMethod.POST;
        return listsTags ? Forward.CHARGE_LISTED_DELETES : Forward.CHARGED;
    }

    /** A delete of no container is a bulk delete. */
    private static Forward charged(SwiftRequest request) {
        boolean isBulk = request.operation() == OperationClass.DELETE
                && request.container().isEmpty();
        return isBulk ? Forward.CHARGE_LISTED_LINES : Forward.CHARGED;
    }

    private static GateDecision decision(Verdict verdict, Forward forward, String bucket, RejectionForm form) {
        if (verdict instanceof Verdict.Held held) {
            return new GateDecision.Wait(held.request(), forward, bucket, form);
        }
        return verdict instanceof Verdict.Rejected rejected ? new GateDecision.Reject(rejected, bucket, form) : forward;
    }

    private GateDecision decide(SwiftRequest request, Ticket ticket, long nowNanos) {
        Identity identity = identityOf(request);
        Verdict verdict =
                admission.admit(identity, request.bucketKey(identity.tenant()), request.operation(), ticket, nowNanos);
        return decision(verdict, charged(request), request.container(), RejectionForm.SWIFT);
    }

    /**
     * Both readings are charged. Only the anonymous one is not, where the credential is a known user's: such a request is
     * that user's in any case.
     */
    private GateDecision decide(S3InSwiftPath request, RequestHead head, Ticket ticket, long nowNanos) {
        Identity identity = identityOf(request.s3());
        if (identity.isExempt()) {
            // A gateway with Swift would serve it to whoever knows a system user's access key.
            return decide(request.swift(), ticket, nowNanos);
        }
        Identity other = identityOf(request.swift());
        if (other.isAnonymous() && !IdentityDirectory.isUnknown(identity.user())) {
            other = Identity.NOBODY;
        }
        Verdict verdict = admission.admitEither(
                identity,
                request.s3().bucketKey(identity.tenant()),
                other,
                request.swift().bucketKey(other.tenant()),
                request.operation(),
                ticket,
                nowNanos);
        Forward asS3 = charged(request.s3(), head);
        Forward forward = asS3 == Forward.CHARGED ? charged(request.swift()) : asS3;
        return decision(verdict, forward, request.s3().bucket(), RejectionForm.S3);
    }

    private Identity identityOf(S3Request request) {
        return request.accessKey().isEmpty() ? Identity.ANONYMOUS : directory.lookup(request.accessKey());
    }

    private Identity identityOf(SwiftRequest request) {
        if (!request.user().isEmpty()) {
            return Identity.ofUser(request.user());
        }
        return request.token().isEmpty() ? Identity.ANONYMOUS : directory.lookup(request.tokenClaim());
    }
}
