package dev.sluice.proxy.gate;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.UnprovenRequest;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.proxy.exchange.ResponseObserver;
import dev.sluice.proxy.gate.GateDecision.Forward;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.proof.ClaimJudge;
import dev.sluice.proxy.proof.ClaimProofs;
import dev.sluice.proxy.proof.CredentialKind;
import dev.sluice.proxy.proof.RequestClaim;
import dev.sluice.proxy.response.RejectionForm;
import dev.sluice.proxy.s3.ExemptRequest;
import dev.sluice.proxy.s3.FormRequest;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.s3.GatewayRequest;
import dev.sluice.proxy.s3.S3HeadParser;
import dev.sluice.proxy.s3.S3InSwiftPath;
import dev.sluice.proxy.s3.S3Request;
import dev.sluice.proxy.s3.SwiftRequest;
import dev.sluice.proxy.s3.WebIdentityRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Holds requests to their limits: parses what a request does, looks up whose it claims to be, whether that is proven, and
 * asks the limits for room.
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

    private static final byte[] SWIFT_TOKEN = "x-auth-token".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SWIFT_USER = "x-auth-user".getBytes(StandardCharsets.US_ASCII);

    /** Whoever sends a form that is longer than what is read. */
    static final Identity UNREAD_FORM = new Identity("form:unread", "");

    private final GatewayLayout layout;
    private final S3HeadParser parser;
    private final IdentityDirectory directory;
    private final Admission admission;
    private final ClaimProofs proofs;
    private final ClaimJudge judge;

    /** As the next one; a request is charged to the access key that it claims. */
    public S3Gate(GatewayLayout layout, IdentityDirectory directory, Admission admission) {
        this(layout, directory, admission, new ClaimProofs(VerifyMode.OFF, directory, () -> 0));
    }

    /**
     * For one event loop.
     *
     * @param layout what the gateway takes requests for
     * @param proofs what all event loops know about claims
     */
    public S3Gate(GatewayLayout layout, IdentityDirectory directory, Admission admission, ClaimProofs proofs) {
        this.layout = layout;
        this.parser = new S3HeadParser(layout);
        this.directory = directory;
        this.admission = admission;
        this.proofs = proofs;
        this.judge = new ClaimJudge(proofs);
    }

    @Override
    public Gate forEventLoop() {
        return new S3Gate(layout, directory, admission, proofs);
    }

    @Override
    public GateDecision decide(RequestHead head, Ticket ticket, long nowNanos) {
        return decide(head, new RequestClaim(any -> IpAddress.UNSPECIFIED), ticket, nowNanos);
    }

    @Override
    public GateDecision decide(RequestHead head, RequestClaim claim, Ticket ticket, long nowNanos) {
        claim.begin();
        GatewayRequest request = parser.parse(head);
        if (request instanceof S3Request s3) {
            return decide(s3, CredentialKind.S3, head, claim, ticket, nowNanos);
        }
        if (request instanceof SwiftRequest swift) {
            return decide(swift, head, claim, ticket, nowNanos);
        }
        if (request instanceof S3InSwiftPath either) {
            return decide(either, head, claim, ticket, nowNanos);
        }
        if (request instanceof WebIdentityRequest token) {
            return directory.lookup(token.s3().accessKey()).isExempt()
                    ? charge(token.s3(), WEB_IDENTITY, head, claim, ticket, nowNanos)
                    : decide(token.s3(), CredentialKind.S3_UNREAD, head, claim, ticket, nowNanos);
        }
        if (request == ExemptRequest.ADMIN && head.method() != HttpMethod.GET && head.method() != HttpMethod.HEAD) {
            claim.onAdminWrite();
        }
        return request instanceof FormRequest ? GateDecision.Undecided.FORM_NEEDED : Forward.CHARGED;
    }

    @Override
    public GateDecision decide(FormHead form, Ticket ticket, long nowNanos) {
        return decide(form, new RequestClaim(any -> IpAddress.UNSPECIFIED), ticket, nowNanos);
    }

    @Override
    public GateDecision decide(FormHead form, RequestClaim claim, Ticket ticket, long nowNanos) {
        if (!(parser.parse(form.head()) instanceof FormRequest request)) {
            return decide(form.head(), claim, ticket, nowNanos);
        }
        claim.begin();
        if (request.isForWebIdentity(form.bytes(), 0, form.length())) {
            judge.leaveUnread(claim, request.unread().accessKey());
            return charge(request.unread(), WEB_IDENTITY, form.head(), claim, ticket, nowNanos);
        }
        if (request.isForService()) {
            return decideService(request.unread(), form, claim, ticket, nowNanos);
        }
        Optional<S3Request> read = request.read(form.bytes(), 0, form.length());
        return read.isPresent()
                ? decide(read.get(), CredentialKind.FORM, form.head(), claim, ticket, nowNanos)
                : decideUnread(request.unread(), claim, ticket, nowNanos);
    }

    @Override
    public void responded(RequestClaim claim, int status, boolean isUnknownKey, Ticket ticket, long nowNanos) {
        judge.responded(claim, status, isUnknownKey, admission, ticket, nowNanos);
    }

    @Override
    public ResponseObserver observer(RequestClaim claim) {
        return judge.sessionObserver(claim);
    }

    @Override
    public void sweep() {
        judge.sweep();
    }

    int derivedKeys() {
        return judge.derivedKeys();
    }

    @Override
    public void wipe() {
        judge.wipe();
    }

    /** A request for STS, IAM or topics. What is not seen of it may ask for a session without a signature. */
    private GateDecision decideService(
            S3Request request, FormHead form, RequestClaim claim, Ticket ticket, long nowNanos) {
        if (form.isWhole() || request.accessKey().isEmpty()) {
            return decide(request, CredentialKind.S3, form.head(), claim, ticket, nowNanos);
        }
        judge.leaveUnread(claim, request.accessKey());
        return charge(request, UNREAD_FORM, form.head(), claim, ticket, nowNanos);
    }

    /** It may be from anybody: neither a user's limit nor the anonymous one must be evaded by long fields. */
    private GateDecision decideUnread(S3Request request, RequestClaim claim, Ticket ticket, long nowNanos) {
        claim.names(request.bucketKey(""));
        claim.isBy(UNREAD_FORM.user(), request.operation());
        Verdict verdict = admission.admitEither(
                UNREAD_FORM, request.bucketKey(""), Identity.ANONYMOUS, "", request.operation(), ticket, nowNanos);
        return decision(verdict, Forward.CHARGED, request.bucket(), RejectionForm.S3);
    }

    private GateDecision decide(
            S3Request request,
            CredentialKind kind,
            RequestHead head,
            RequestClaim claim,
            Ticket ticket,
            long nowNanos) {
        String accessKey = request.accessKey();
        if (accessKey.isEmpty()) {
            claim.names(request.bucketKey(""));
            return charge(request, Identity.ANONYMOUS, head, claim, ticket, nowNanos);
        }
        KeyOwner owner = directory.owner(accessKey);
        Identity identity = directory.lookup(accessKey, owner);
        claim.names(request.bucketKey(identity.tenant()));
        if (head.method() == HttpMethod.OPTIONS && !judge.isOff()) {
            // RGW answers a preflight without a look at its signature.
            return charge(request, Identity.ANONYMOUS, head, claim, ticket, nowNanos);
        }
        if (judge.isProven(head, accessKey, owner, kind, claim, nowNanos)
                && !(identity.isExempt() && judge.isKnownByFeedback(claim))) {
            return charge(request, identity, head, claim, ticket, nowNanos);
        }
        claim.isBy(identity.user(), request.operation());
        UnprovenRequest unproven = new UnprovenRequest(
                identity, request.bucketKey(identity.tenant()), request.operation(), judge.address(head, claim));
        Verdict verdict = judge.look(unproven, claim, admission, ticket, nowNanos);
        return decision(verdict, charged(request, head), request.bucket(), RejectionForm.S3);
    }

    private GateDecision charge(
            S3Request request, Identity identity, RequestHead head, RequestClaim claim, Ticket ticket, long nowNanos) {
        if (identity.isExempt()) {
            claim.isBy(identity.user(), null);
            return Forward.CHARGED;
        }
        claim.isBy(identity.user(), request.operation());
        String bucket = request.bucketKey(identity.tenant());
        Verdict verdict = admission.admit(identity, bucket, request.operation(), ticket, nowNanos);
        return decision(verdict, charged(request, head), request.bucket(), RejectionForm.S3);
    }

    private static Forward charged(S3Request request, RequestHead head) {
        if (head.method() != HttpMethod.POST) {
            return Forward.CHARGED;
        }
        if (request.operation() == OperationClass.DELETE) {
            return Forward.CHARGE_LISTED_DELETES;
        }
        // RGW takes requests for STS there, and tells them from others by their body.
        boolean mayBeginSession =
                request.bucket().isEmpty() && !request.accessKey().isEmpty();
        return mayBeginSession ? Forward.CHARGED_AND_OBSERVED : Forward.CHARGED;
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

    private GateDecision decide(
            SwiftRequest request, RequestHead head, RequestClaim claim, Ticket ticket, long nowNanos) {
        Identity identity = identityOf(request);
        String bucket = request.bucketKey(identity.tenant());
        claim.names(bucket);
        claim.isBy(identity.user(), request.operation());
        Verdict verdict;
        if (!hasSwiftCredential(request, head)
                || judge.isProven(head, swiftClaim(request), null, CredentialKind.SWIFT, claim, nowNanos)) {
            verdict = admission.admit(identity, bucket, request.operation(), ticket, nowNanos);
        } else {
            UnprovenRequest unproven =
                    new UnprovenRequest(identity, bucket, request.operation(), judge.address(head, claim));
            verdict = judge.look(unproven, claim, admission, ticket, nowNanos);
        }
        return decision(verdict, charged(request), request.container(), RejectionForm.SWIFT);
    }

    /** A user without one is the account in the path, which anybody may read if it is public. */
    private static boolean hasSwiftCredential(SwiftRequest request, RequestHead head) {
        if (request.user().isEmpty()) {
            return !request.token().isEmpty();
        }
        return head.headers().lastOf(head.bytes(), SWIFT_TOKEN) >= 0
                || head.headers().lastOf(head.bytes(), SWIFT_USER) >= 0;
    }

    private static String swiftClaim(SwiftRequest request) {
        return request.user().isEmpty() ? request.tokenClaim() : "swift user " + request.user();
    }

    /**
     * Both readings are charged. Only the anonymous one is not, where the credential is a known user's: such a request is
     * that user's in any case.
     */
    private GateDecision decide(
            S3InSwiftPath request, RequestHead head, RequestClaim claim, Ticket ticket, long nowNanos) {
        Identity identity = directory.lookupUnread(request.s3().accessKey());
        if (identity.isExempt()) {
            // A gateway with Swift would serve it to whoever knows a system user's access key.
            return decide(request.swift(), head, claim, ticket, nowNanos);
        }
        Identity other = identityOf(request.swift());
        if (other.isAnonymous() && !IdentityDirectory.isUnknown(identity.user())) {
            other = Identity.NOBODY;
        }
        String bucket = request.s3().bucketKey(identity.tenant());
        String otherBucket = request.swift().bucketKey(other.tenant());
        claim.isBy(identity.user(), request.operation());
        Verdict verdict;
        KeyOwner owner = directory.owner(request.s3().accessKey());
        if (judge.isProven(head, request.s3().accessKey(), owner, CredentialKind.S3_UNREAD, claim, nowNanos)) {
            verdict =
                    admission.admitEither(identity, bucket, other, otherBucket, request.operation(), ticket, nowNanos);
        } else {
            UnprovenRequest unproven = new UnprovenRequest(
                    identity, bucket, other, otherBucket, request.operation(), judge.address(head, claim));
            verdict = judge.look(unproven, claim, admission, ticket, nowNanos);
        }
        Forward asS3 = charged(request.s3(), head);
        Forward forward = asS3 == Forward.CHARGED ? charged(request.swift()) : asS3;
        return decision(verdict, forward, request.s3().bucket(), RejectionForm.S3);
    }

    private Identity identityOf(SwiftRequest request) {
        if (!request.user().isEmpty()) {
            return Identity.ofUser(request.user());
        }
        return request.token().isEmpty() ? Identity.ANONYMOUS : directory.lookup(request.tokenClaim());
    }
}
