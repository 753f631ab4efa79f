package dev.sluice.proxy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.KeyOwners;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.proof.ClaimProofs;
import dev.sluice.proxy.proof.RequestClaim;
import dev.sluice.proxy.s3.GatewayLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose limits requests spend whose sender is proven, or is not. */
class ClaimGateTest {
    private static final long NOW = 1_000_000_000L;
    private static final long SIGNED_MILLIS =
            Instant.parse("2013-05-24T00:00:00Z").toEpochMilli();
    private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final Identity ALICE = Identity.ofUser("alice");
    private static final IpAddress HOME = IpAddress.parse("192.0.2.1").orElseThrow();
    private static final IpAddress OTHER_PLACE = IpAddress.parse("198.51.100.7").orElseThrow();
    private static final String RIGHT = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    private static final String WRONG = "00e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";

    private final List<String> observed = new ArrayList<>();
    private final LimitSet limits = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(10_000, MeterAlgorithm.WINDOW));
    private final Policy policy = new Policy(
            limits,
            limits,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            Map.of(),
            Map.of(),
            Map.of(),
            LimitSet.of(Dimension.READ_OPS, Limit.perSecond(100, MeterAlgorithm.WINDOW)));
    private final Admission admission = new Admission(new SubjectIds("test"), 1000, 0, policy);
    private long wallMillis = SIGNED_MILLIS;
    private ClaimProofs proofs;
    private final SecretKey secret = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    /** RGW, as far as it knows alice's key. */
    private final KeyOwners owners = new KeyOwners() {
        private final KeyOwner alice = new KeyOwner(ALICE, "", false, secret);

        @Override
        public KeyOwner find(String accessKey) {
            return accessKey.equals(KEY) ? alice : null;
        }

        @Override
        public void accepted(String accessKey) {
            observed.add("accepted " + accessKey);
        }

        @Override
        public void refused(String accessKey) {
            observed.add("refused " + accessKey);
        }

        @Override
        public void served(String bucket) {
            observed.add("served " + bucket);
        }

        @Override
        public void adminWrite() {
            observed.add("admin write");
        }
    };

    private S3Gate gate(VerifyMode mode) {
        IdentityDirectory directory = new IdentityDirectory(
                "test",
                () -> new PolicySnapshot(
                        policy,
                        Map.of(
                                "LISTED",
                                ALICE,
                                "SYSTEM",
                                Identity.ofUser("sync").exempt())),
                owners);
        proofs = new ClaimProofs(mode, directory, () -> wallMillis);
        return gate(directory, admission);
    }

    private S3Gate gate(IdentityDirectory directory, Admission of) {
        return new S3Gate(new GatewayLayout(List.of("s3.amazonaws.com")), directory, of, proofs);
    }

    private static RequestHead signed(String signature) {
        return head("GET /test.txt HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n"
                + "Authorization: AWS4-HMAC-SHA256 Credential=" + KEY
                + "/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=" + signature + "\r\nRange: bytes=0-9\r\n"
                + "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n"
                + "x-amz-date: 20130524T000000Z\r\n\r\n");
    }

    private static RequestHead v2(String accessKey) {
        return head("GET /images/o HTTP/1.1\r\nHost: s3.amazonaws.com\r\nAuthorization: AWS " + accessKey
                + ":abc=\r\n\r\n");
    }

    private static RequestHead head(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        return head;
    }

    private GateDecision send(S3Gate gate, RequestHead head, IpAddress from, int status) {
        Ticket ticket = new Ticket();
        RequestClaim claim = new RequestClaim(any -> from);
        GateDecision decision = gate.decide(head, claim, ticket, NOW);
        if (decision instanceof GateDecision.Forward) {
            ticket.commit();
            gate.responded(claim, status, false, ticket, NOW);
        }
        claim.end();
        ticket.release(NOW);
        return decision;
    }

    private long charged() {
        return admission.charged(ALICE, Dimension.READ_OPS);
    }

    private long ofAddress(IpAddress address) {
        return admission.usageOf(Scope.UNPROVEN, address.toString(), NOW).stream()
                .mapToLong(row -> row.used())
                .sum();
    }

    @Test
    void rightSignature_isChargedAtOnce() {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(gate, signed(RIGHT), HOME, 403);

        assertThat(charged()).isEqualTo(1);
        assertThat(proofs.counters().signed.sum()).isEqualTo(1);
    }

    @Test
    void keysOfSecrets_areForgottenWithTheSecret_andAtTheEnd() {
        S3Gate gate = gate(VerifyMode.AUTO);
        S3Gate other = gate(VerifyMode.AUTO);
        send(gate, signed(RIGHT), HOME, 200);
        send(other, signed(RIGHT), HOME, 200);
        gate.sweep();
        assertThat(gate.derivedKeys()).isEqualTo(1);

        other.wipe();
        assertThat(other.derivedKeys()).isZero();
        secret.wipe();
        gate.sweep();
        assertThat(gate.derivedKeys()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 500, 503})
    void wrongSignature_isForwarded_andSpendsTheLimitOfItsAddressAlone(int status) {
        S3Gate gate = gate(VerifyMode.AUTO);
        send(gate, signed(RIGHT), HOME, 200);

        for (int i = 0; i < 100; i++) {
            assertThat(send(gate, signed(WRONG), HOME, status)).isInstanceOf(GateDecision.Forward.class);
        }

        assertThat(charged()).isEqualTo(1);
        assertThat(ofAddress(HOME)).isEqualTo(100);
        assertThat(send(gate, signed(WRONG), HOME, status)).isInstanceOf(GateDecision.Reject.class);
        assertThat(send(gate, signed(RIGHT), HOME, 200)).isInstanceOf(GateDecision.Forward.class);
    }

    @Test
    void signatureThatTheGatewayReadsOtherwise_isCounted_andTheKeyGoesByFeedback() {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(gate, signed(WRONG), HOME, 200);
        send(gate, signed(WRONG), HOME, 403);

        assertThat(charged()).isEqualTo(2);
        assertThat(proofs.counters().disagreedOnSignature.sum()).isEqualTo(1);
        assertThat(proofs.counters().known.sum()).isEqualTo(1);
        assertThat(ofAddress(HOME)).isZero();
    }

    @Test
    void wrongClockOfThisMachine_isCountedApart() {
        S3Gate gate = gate(VerifyMode.AUTO);
        wallMillis += 3_600_000;

        send(gate, signed(RIGHT), HOME, 206);

        assertThat(charged()).isEqualTo(1);
        assertThat(proofs.counters().disagreedOnTime.sum()).isEqualTo(1);
        assertThat(proofs.counters().disagreedOnSignature.sum()).isZero();
    }

    @Test
    void keyWithoutASecret_isProvenByAResponse_fromThatAddressOnly() {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(gate, v2("LISTED"), HOME, 404);
        send(gate, v2("LISTED"), HOME, 503);
        send(gate, v2("LISTED"), OTHER_PLACE, 403);

        assertThat(charged()).isEqualTo(2);
        assertThat(ofAddress(HOME)).isZero();
        assertThat(ofAddress(OTHER_PLACE)).isEqualTo(1);
    }

    @Test
    void refusalMakesAPairDoubtful_andSixteenProofsRestoreIt() {
        S3Gate gate = gate(VerifyMode.FEEDBACK);
        send(gate, v2("LISTED"), HOME, 200);
        send(gate, v2("LISTED"), HOME, 403);
        assertThat(charged()).isEqualTo(2);

        for (int i = 0; i < 15; i++) {
            send(gate, v2("LISTED"), HOME, 200);
            send(gate, v2("LISTED"), HOME, 500);
        }
        assertThat(charged()).isEqualTo(17);

        send(gate, v2("LISTED"), HOME, 200);
        send(gate, v2("LISTED"), HOME, 500);
        assertThat(charged()).isEqualTo(19);
    }

    @Test
    void forgedVersion2_isNoProvenSignature() {
        S3Gate gate = gate(VerifyMode.AUTO);
        for (int i = 0; i < 20; i++) {
            send(gate, signed(RIGHT), HOME, 200);
        }

        send(gate, v2(KEY), HOME, 403);

        assertThat(charged()).isEqualTo(20);
        assertThat(ofAddress(HOME)).isEqualTo(1);
    }

    @Test
    void signatureMode_chargesWhatIsServed_butTrustsNoPair() {
        S3Gate gate = gate(VerifyMode.SIGNATURE);

        send(gate, v2("LISTED"), HOME, 200);
        send(gate, v2("LISTED"), HOME, 403);

        assertThat(charged()).isEqualTo(1);
        assertThat(ofAddress(HOME)).isEqualTo(1);
    }

    @Test
    void verificationThatIsOff_chargesTheClaim_andStillInforms() {
        S3Gate gate = gate(VerifyMode.OFF);

        send(gate, v2("LISTED"), HOME, 403);
        send(gate, v2("LISTED"), HOME, 200);

        assertThat(charged()).isEqualTo(2);
        assertThat(observed).containsExactly("accepted LISTED", "served images");
    }

    /** Sends requests that RGW does not respond to, until one is rejected. */
    private static List<RequestClaim> flood(S3Gate gate, IpAddress from, int most) {
        List<RequestClaim> claims = new ArrayList<>();
        GateDecision decision = GateDecision.Forward.CHARGED;
        while (decision instanceof GateDecision.Forward && claims.size() < most) {
            RequestClaim claim = new RequestClaim(any -> from);
            claims.add(claim);
            decision = gate.decide(v2("LISTED"), claim, new Ticket(), NOW);
        }
        return claims;
    }

    @Test
    void requestsInFlight_areCappedForEachPair_andFreedByTheirEnd() {
        S3Gate gate = gate(VerifyMode.FEEDBACK);

        List<RequestClaim> claims = flood(gate, HOME, 2000);

        assertThat(claims).hasSize(1025);
        assertThat(proofs.counters().overInFlight.sum()).isEqualTo(1);
        claims.forEach(RequestClaim::end);
        claims.forEach(RequestClaim::end);
        assertThat(send(gate, v2("LISTED"), HOME, 200)).isInstanceOf(GateDecision.Forward.class);
    }

    @Test
    void requestsBeyondTheCap_returnOverTwoSeconds() {
        S3Gate gate = gate(VerifyMode.FEEDBACK);
        flood(gate, HOME, 2000);
        int[] counts = new int[4];

        for (int i = 0; i < 2_000; i++) {
            GateDecision.Reject reject = (GateDecision.Reject) send(gate, v2("LISTED"), HOME, 200);
            long afterNanos = reject.verdict().retryAfterNanos();
            assertThat(afterNanos).isBetween(500_000_000L, 2_500_000_000L);
            counts[(int) Math.min(3, (afterNanos - 500_000_000L) / 500_000_000L)]++;
        }

        IntStream.of(counts).forEach(count -> assertThat(count).isBetween(400, 600));
    }

    @Test
    void floodFromAnotherPlace_takesNothingOfTheOwner() {
        S3Gate gate = gate(VerifyMode.FEEDBACK);
        flood(gate, OTHER_PLACE, 2000);

        assertThat(send(gate, v2("LISTED"), HOME, 200)).isInstanceOf(GateDecision.Forward.class);
        assertThat(ofAddress(HOME)).isZero();
    }

    @Test
    void withoutLimits_nothingIsHeldOrCharged_andResponsesStillProve() {
        Admission unlimited = new Admission(new SubjectIds("test"), 1000, 0, Policy.UNLIMITED);
        gate(VerifyMode.AUTO);
        S3Gate gate = gate(
                new IdentityDirectory("test", () -> new PolicySnapshot(Policy.UNLIMITED, Map.of()), owners), unlimited);

        assertThat(flood(gate, HOME, 3000)).hasSize(3000);
        for (int i = 0; i < 300; i++) {
            assertThat(send(gate, v2("LISTED"), HOME, 403)).isInstanceOf(GateDecision.Forward.class);
        }
        send(gate, v2("LISTED"), HOME, 200);
        send(gate, v2("LISTED"), HOME, 200);

        assertThat(unlimited.accountCount()).isZero();
        assertThat(proofs.counters().known.sum()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 411, 501})
    void answerBeforeTheCredentialIsChecked_makesAPairDoubtful(int status) {
        S3Gate gate = gate(VerifyMode.AUTO);
        send(gate, v2("LISTED"), HOME, 200);

        for (int i = 0; i < 50; i++) {
            send(gate, v2("LISTED"), HOME, status);
        }

        assertThat(charged()).isEqualTo(2);
        assertThat(ofAddress(HOME)).isEqualTo(49);
    }

    @Test
    void systemUserKnownByFeedback_isHeldByItsAddressUntilItIsServed() {
        S3Gate gate = gate(VerifyMode.FEEDBACK);

        for (int i = 0; i < 200; i++) {
            assertThat(send(gate, v2("SYSTEM"), HOME, 200)).isInstanceOf(GateDecision.Forward.class);
        }
        assertThat(ofAddress(HOME)).isZero();
        send(gate, v2("SYSTEM"), HOME, 400);

        assertThat(ofAddress(HOME)).isEqualTo(1);
    }

    @Test
    void signatureOfS3InASwiftPath_isNoDisagreement() {
        S3Gate gate = gate(VerifyMode.SIGNATURE);
        RequestHead either = head("GET /swift/v1/images/o HTTP/1.1\r\nHost: s3.amazonaws.com\r\n"
                + "Authorization: AWS4-HMAC-SHA256 Credential=" + KEY
                + "/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
                + "Signature=" + WRONG + "\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n"
                + "x-amz-date: 20130524T000000Z\r\n\r\n");

        send(gate, either, HOME, 200);
        send(gate, signed(RIGHT), HOME, 200);

        assertThat(proofs.counters().disagreedOnSignature.sum()).isZero();
        assertThat(proofs.counters().signed.sum()).isEqualTo(1);
    }

    @Test
    void madeUpKeys_getNoAccount_andAreNotAskedFor() {
        S3Gate gate = gate(VerifyMode.AUTO);

        for (int i = 0; i < 100_000; i++) {
            send(gate, v2("MADEUP" + i), HOME, 403);
        }

        assertThat(admission.accountCount()).isEqualTo(1);
        assertThat(observed).isEmpty();
    }

    @Test
    void networkOfAnIpv6Address_countsAsOne() {
        S3Gate gate = gate(VerifyMode.FEEDBACK);

        send(gate, v2("LISTED"), IpAddress.parse("2001:db8::1").orElseThrow(), 403);
        send(gate, v2("LISTED"), IpAddress.parse("2001:db8::2").orElseThrow(), 403);

        assertThat(admission
                        .usageOf(Scope.UNPROVEN, "2001:db8::/64", NOW)
                        .get(0)
                        .used())
                .isEqualTo(2);
    }

    @Test
    void preflight_spendsNobodysLimit() {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(
                gate,
                head("OPTIONS /images/o HTTP/1.1\r\nHost: s3.amazonaws.com\r\nAuthorization: AWS LISTED:abc=\r\n\r\n"),
                HOME,
                200);

        assertThat(charged()).isZero();
        assertThat(observed).containsExactly("served images");
    }

    @Test
    void adminWriteThatIsServed_isReported() {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(gate, head("PUT /admin/user?uid=a HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n"), HOME, 200);
        send(gate, head("PUT /admin/user?uid=a HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n"), HOME, 403);
        send(gate, head("GET /admin/user?uid=a HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n"), HOME, 200);

        assertThat(observed).containsExactly("admin write");
    }

    @Test
    void temporaryKey_isNotAskedFor() {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(
                gate,
                head("GET /images/o HTTP/1.1\r\nHost: s3.amazonaws.com\r\nAuthorization: AWS SESSION:abc=\r\n"
                        + "x-amz-security-token: t\r\n\r\n"),
                HOME,
                200);
        send(
                gate,
                head(
                        "GET /images/o?a=b&X-Amz-Security-Token=t&AWSAccessKeyId=SESSION HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n"),
                HOME,
                200);

        assertThat(observed).containsExactly("served images", "served images");
    }

    @Test
    void swiftToken_isProvenByAResponse() {
        S3Gate gate = gate(VerifyMode.AUTO);
        RequestHead token =
                head("GET /swift/v1/images/o HTTP/1.1\r\nHost: s3.amazonaws.com\r\nX-Auth-Token: AUTH_rgwtk05000000"
                        + "616c696365" + "0".repeat(80) + "\r\n\r\n");

        send(gate, token, HOME, 401);
        assertThat(charged()).isZero();
        send(gate, token, HOME, 200);
        send(gate, token, HOME, 500);

        assertThat(charged()).isEqualTo(2);
        assertThat(observed).containsExactly("served images");
    }
}
