package dev.sluice.proxy.proof;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Strictness;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.UnprovenRequest;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.ConcurrencyLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.identity.KeyObserver;
import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.proxy.exchange.ResponseObserver;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.proof.RequestClaim.Standing;
import dev.sluice.proxy.s3.signature.SignatureResult;
import dev.sluice.proxy.s3.signature.SignatureVerifier;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Decides how the claims of one event loop's requests stand, and learns from RGW's responses. */
public final class ClaimJudge {
    private static final Limit IN_FLIGHT_LIMIT = new ConcurrencyLimit(UnprovenInFlight.OF_A_PAIR_MAX, OnExceed.REJECT);

    /** When a request in flight will end isn't known. Those that are rejected together return over this time. */
    private static final long IN_FLIGHT_RETRY_NANOS_MIN = Limit.SECOND_NANOS / 2;

    private static final long IN_FLIGHT_RETRY_NANOS_MAX = Limit.SECOND_NANOS * 5 / 2;

    private final ClaimProofs proofs;
    private final ProofCounters counters;
    private final KeyObserver observer;
    private final SignatureVerifier verifier = new SignatureVerifier();
    private final SplittableRandom random = new SplittableRandom();

    /** With the knowledge of all event loops. */
    public ClaimJudge(ClaimProofs proofs) {
        this.proofs = proofs;
        this.counters = proofs.counters();
        this.observer = proofs.directory().observer();
    }

    /** Forgets what was derived from secrets that were wiped since. */
    public void sweep() {
        verifier.sweep();
    }

    /** How many keys that were derived from secrets it holds. */
    public int derivedKeys() {
        return verifier.derivedKeys();
    }

    /** Forgets what was derived from secrets. */
    public void wipe() {
        verifier.wipe();
    }

    /** Whether claims are looked into at all. */
    public boolean isOff() {
        return !proofs.mode().checksSignatures() && !proofs.mode().takesFeedback();
    }

    /**
     * Judges a request by what is known when it comes.
     *
     * @param accessKey that it claims, or another text that stands for the user
     * @param owner of that access key; null: not known
     * @return whether it is to be charged at once; if not, {@link #look} is to follow
     */
    public boolean isProven(
            RequestHead head,
            String accessKey,
            @Nullable KeyOwner owner,
            CredentialKind kind,
            RequestClaim claim,
            long nowNanos) {
        long keyHash = claim.hashes().ofKey(accessKey, proofs);
        boolean isAccessKey = kind == CredentialKind.S3 || kind == CredentialKind.FORM;
        claim.claim(accessKey, kind, keyHash, isAccessKey && (owner != null || !isOfSession(head, accessKey, kind)));
        if (owner != null) {
            claim.onOwnerKnown();
        }
        if (isOff()) {
            return true;
        }
        SecretKey secret = owner == null ? null : owner.secret();
        boolean isInHead = kind == CredentialKind.S3 || kind == CredentialKind.S3_UNREAD;
        if (isInHead && secret != null && mayCheck(keyHash, nowNanos)) {
            SignatureResult result = verifier.check(head, secret, proofs.wallSeconds());
            if (result != SignatureResult.UNCHECKED) {
                long pairHash = result == SignatureResult.PROVEN ? 0 : pairHash(head, keyHash, kind, claim);
                claim.stand(standing(result), pairHash, isProof(kind));
                return count(claim.standing());
            }
        }
        return judgePair(head, keyHash, kind, claim);
    }

    /** RGW may serve the request without a look at the access key, so it proves nothing. If it begins a session, RGW has looked. */
    public void leaveUnread(RequestClaim claim, String accessKey) {
        claim.claim(accessKey, CredentialKind.S3_UNREAD, proofs.hashOf(accessKey), false);
    }

    /** RGW is not asked about the keys of sessions. A browser's form has the token in its body. */
    private boolean isOfSession(RequestHead head, String accessKey, CredentialKind kind) {
        return kind == CredentialKind.FORM ? proofs.directory().isSession(accessKey) : SessionTokens.isIn(head);
    }

    private boolean mayCheck(long keyHash, long nowNanos) {
        return proofs.mode().checksSignatures() && !proofs.disagreed().contains(keyHash, nowNanos);
    }

    private static Standing standing(SignatureResult result) {
        return switch (result) {
            case PROVEN -> Standing.SIGNED;
            case STALE -> Standing.STALE;
            case MISMATCHED -> Standing.MISMATCHED;
            case UNCHECKED -> Standing.UNPROVEN;
        };
    }

    /** Where RGW may have served the request without a look at the credential, it proves nothing. */
    private boolean isProof(CredentialKind kind) {
        return proofs.mode().takesFeedback() && kind != CredentialKind.S3_UNREAD;
    }

    private boolean judgePair(RequestHead head, long keyHash, CredentialKind kind, RequestClaim claim) {
        long pairHash = pairHash(head, keyHash, kind, claim);
        boolean isKnown = isProof(kind) && proofs.pairs().isProven(pairHash);
        claim.stand(isKnown ? Standing.KNOWN : Standing.UNPROVEN, pairHash, isProof(kind));
        return count(claim.standing());
    }

    private long pairHash(RequestHead head, long keyHash, CredentialKind kind, RequestClaim claim) {
        IpAddress address = ClaimProofs.network(claim.client(head));
        proofs.spread().see(address, keyHash);
        return claim.hashes().ofPair(kind, address, proofs);
    }

    private boolean count(Standing standing) {
        switch (standing) {
            case SIGNED -> counters.signed.increment();
            case KNOWN -> counters.known.increment();
            case NONE, UNPROVEN, MISMATCHED, STALE -> {
                return false;
            }
        }
        return true;
    }

    /** How limits name the address of a request. */
    public String address(RequestHead head, RequestClaim claim) {
        return ClaimProofs.label(claim.client(head));
    }

    /** Whether only earlier responses prove the claim: then RGW looks at it again, and may find it forged. */
    public boolean isKnownByFeedback(RequestClaim claim) {
        return claim.standing() == Standing.KNOWN;
    }

    /** Looks whether there is room for a request that is not proven. */
    public Verdict look(
            UnprovenRequest request, RequestClaim claim, Admission admission, Ticket ticket, long nowNanos) {
        Strictness strictness = admission.strictness(request);
        if (strictness == Strictness.UNLIMITED) {
            countForwarded(claim);
            return Verdict.ADMITTED;
        }
        UnprovenInFlight inFlight = proofs.inFlight();
        long addressHash = proofs.hashOf(request.address());
        if (strictness.mayReject() && inFlight.isFull(claim.pairHash(), addressHash)) {
            counters.overInFlight.increment();
            return new Verdict.Rejected(
                    Scope.UNPROVEN,
                    request.address(),
                    Dimension.CONCURRENT_REQUESTS,
                    IN_FLIGHT_LIMIT,
                    random.nextLong(IN_FLIGHT_RETRY_NANOS_MIN, IN_FLIGHT_RETRY_NANOS_MAX));
        }
        Verdict verdict = admission.look(request, inFlight.ofPair(claim.pairHash()), strictness, ticket, nowNanos);
        if (!(verdict instanceof Verdict.Rejected)) {
            countForwarded(claim);
            claim.awaitResponse(request, addressHash, inFlight);
        }
        if (verdict == Verdict.ADMITTED) {
            claim.onForward();
        }
        return verdict;
    }

    private void countForwarded(RequestClaim claim) {
        if (claim.standing().isUnproven()) {
            counters.unproven.increment();
        }
    }

    /**
     * RGW has responded to a request.
     *
     * @param isUnknownKey whether the response says that there is no such access key
     */
    public void responded(
            RequestClaim claim, int status, boolean isUnknownKey, Admission admission, Ticket ticket, long nowNanos) {
        UnprovenRequest unproven = claim.unproven();
        claim.end();
        switch (ResponseMeaning.of(status, !claim.bucket().isEmpty())) {
            case ACCEPTED -> {
                if (claim.standing().isUnproven()) {
                    counters.unprovenServed.increment();
                }
                if (unproven != null) {
                    admission.chargeServed(unproven, ticket, nowNanos);
                }
                accepted(claim, status, nowNanos);
            }
            case REFUSED -> {
                ticket.chargeUnserved(nowNanos);
                refused(claim, isUnknownKey);
            }
            case UNSEEN -> {
                ticket.chargeUnserved(nowNanos);
                if (claim.mayProve() && claim.standing() == Standing.KNOWN) {
                    proofs.pairs().doubt(claim.pairHash());
                }
            }
            case NOTHING -> ticket.chargeUnserved(nowNanos);
        }
    }

    /** Who learns the session that RGW may begin in its response to a request. */
    public ResponseObserver sessionObserver(RequestClaim claim) {
        return new SessionObserver(proofs.directory(), claim.accessKey(), proofs.wallSeconds());
    }

    private void accepted(RequestClaim claim, int status, long nowNanos) {
        switch (claim.standing()) {
            case MISMATCHED -> disagree(claim, nowNanos, true);
            case STALE -> disagree(claim, nowNanos, false);
            case NONE, SIGNED, KNOWN, UNPROVEN -> {}
        }
        if (claim.mayProve() && claim.standing() != Standing.SIGNED) {
            proofs.pairs().prove(claim.pairHash(), nowNanos);
        }
        if (status < 300) {
            if (claim.isToBeLookedUp()) {
                observer.accepted(claim.accessKey());
            }
            if (!claim.bucket().isEmpty()) {
                observer.served(claim.bucket());
            }
            if (claim.isAdminWrite()) {
                observer.adminWrite();
            }
        }
    }

    /** Such a request may have been served to anybody. */
    private void disagree(RequestClaim claim, long nowNanos, boolean isOnSignature) {
        if (claim.kind() != CredentialKind.S3_UNREAD) {
            (isOnSignature ? counters.disagreedOnSignature : counters.disagreedOnTime).increment();
            proofs.disagreed().add(claim.keyHash(), nowNanos);
        }
    }

    private void refused(RequestClaim claim, boolean isUnknownKey) {
        if (claim.standing().isUnproven()) {
            counters.unprovenRefused.increment();
        }
        if (claim.mayProve() && (claim.standing() == Standing.KNOWN || claim.standing() == Standing.UNPROVEN)) {
            proofs.pairs().doubt(claim.pairHash());
        }
        // A right signature that is refused: the key may have been removed, or its secret changed.
        if (claim.isObserved() && (isUnknownKey || claim.standing() == Standing.SIGNED)) {
            observer.refused(claim.accessKey());
        }
    }
}
