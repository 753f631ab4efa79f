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
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.KeyOwners;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.proof.ClaimProofs;
import dev.sluice.proxy.proof.RequestClaim;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.s3.signature.SignatureResult;
import dev.sluice.proxy.s3.signature.SignatureVerifier;
import dev.sluice.proxy.testing.SignedExamples;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Floods of forgeries at the gate: requests that were signed and then changed, and keys that were made up. */
class ForgeryGateTest {
    private static final long NOW = 1_000_000_000L;
    /** Some ten times as many as are remembered. */
    private static final int MADE_UP_KEYS = Integer.getInteger("sluice.made-up-keys", 250_000);

    private static final long FLAT_BYTES = 16 << 20;
    private static final Identity ALICE = Identity.ofUser("alice");
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.1").orElseThrow();

    private final LimitSet limits = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(1_000_000, MeterAlgorithm.WINDOW));
    private final Policy policy = new Policy(
            limits,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            Map.of(),
            Map.of(),
            Map.of(),
            LimitSet.of(Dimension.READ_OPS, Limit.perSecond(10_000_000, MeterAlgorithm.WINDOW)));
    private final Admission admission = new Admission(new SubjectIds("test"), 1000, 0, policy);
    private int observed;

    /** RGW, as far as it knows alice's key. */
    private final KeyOwners owners = new KeyOwners() {
        private final KeyOwner alice = new KeyOwner(ALICE, "", false, SignedExamples.SECRET);

        @Override
        public KeyOwner find(String accessKey) {
            return accessKey.equals(SignedExamples.ACCESS_KEY) ? alice : null;
        }

        @Override
        public void accepted(String accessKey) {
            observed++;
        }

        @Override
        public void refused(String accessKey) {
            observed++;
        }

        @Override
        public void served(String bucket) {
            observed++;
        }

        @Override
        public void adminWrite() {
            observed++;
        }
    };

    private final IdentityDirectory directory =
            new IdentityDirectory("test", () -> new PolicySnapshot(policy, Map.of()), owners);
    private final S3Gate gate = new S3Gate(
            new GatewayLayout(List.of("s3.amazonaws.com")),
            directory,
            admission,
            new ClaimProofs(VerifyMode.AUTO, directory, () -> SignedExamples.NOW_SECONDS * 1000));

    private GateDecision send(RequestHead head) {
        Ticket ticket = new Ticket();
        RequestClaim claim = new RequestClaim(any -> CLIENT);
        GateDecision decision = gate.decide(head, claim, ticket, NOW);
        ticket.commit();
        gate.responded(claim, 403, false, ticket, NOW);
        ticket.release(NOW);
        return decision;
    }

    static List<String> examples() {
        return SignedExamples.ALL;
    }

    /** The gateway refuses such a request by itself; the owner of the key pays nothing for it. */
    @ParameterizedTest
    @MethodSource("examples")
    void signedRequestWithOneByteChanged_isForwarded_andSpendsNothingOfItsOwner(String text) {
        SignatureVerifier verifier = new SignatureVerifier();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        int changed = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte before = bytes[i];
            for (int bit = 0; bit < 7; bit++) {
                bytes[i] = (byte) (before ^ 1 << bit);
                boolean isHead = head.parse(bytes, bytes.length, bytes.length) == HeadParseResult.COMPLETE;
                // Which bytes are not signed is what SignatureVerifierTest is about.
                if (isHead
                        && verifier.check(head, SignedExamples.SECRET, SignedExamples.NOW_SECONDS)
                                != SignatureResult.PROVEN) {
                    changed++;
                    assertThat(send(head)).isInstanceOf(GateDecision.Forward.class);
                }
            }
            bytes[i] = before;
        }

        assertThat(changed).isGreaterThan(1_000);
        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isZero();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        send(head);
        assertThat(verifier.check(head, SignedExamples.SECRET, SignedExamples.NOW_SECONDS))
                .isEqualTo(SignatureResult.PROVEN);
    }

    @Test
    void madeUpKeys_getNoAccountAndNoCall_andTakeNoMemory() {
        byte[] text = ("GET /images/o HTTP/1.1\r\nHost: s3.amazonaws.com\r\nAuthorization: AWS4-HMAC-SHA256"
                        + " Credential=MADEUPKEY00000000000/20130524/us-east-1/s3/aws4_request,SignedHeaders=host,"
                        + "Signature=" + "0".repeat(64) + "\r\nx-amz-date: 20130524T000000Z\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        int digits = new String(text, StandardCharsets.ISO_8859_1).indexOf("00000000000/") + 11;
        RequestHead head = new RequestHead();
        long usedHalfway = 0;
        for (int i = 0; i < MADE_UP_KEYS; i++) {
            int rest = i;
            for (int at = digits - 1; rest > 0; at--) {
                text[at] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
            head.parse(text, text.length, text.length);
            send(head);
            if (i == MADE_UP_KEYS / 2) {
                usedHalfway = usedBytes();
            }
        }

        assertThat(usedBytes() - usedHalfway).isLessThan(FLAT_BYTES);
        assertThat(admission.accountCount()).as("that of the address").isEqualTo(1);
        assertThat(observed).as("what would lead to calls").isZero();
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
