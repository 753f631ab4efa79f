package dev.sluice.proxy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.GatewayLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A gate with its real parts, and requests to it. Limits are buckets that time, which stands still here, never refills. */
abstract class S3GateFixture {
    static final long NOW = 1_000_000_000L;
    static final LimitSet TWO_READS = reads(2);

    static final Limit NO_WRITES = Limit.rate(0, LimitRate.PERIOD_NANOS_MAX, MeterAlgorithm.BUCKET);

    final Policy unlimited = Policy.UNLIMITED;
    Admission admission;

    static LimitSet reads(long amount) {
        return LimitSet.of(Dimension.READ_OPS, Limit.rate(amount, LimitRate.PERIOD_NANOS_MAX, MeterAlgorithm.BUCKET));
    }

    Policy users(LimitSet each, Map<String, LimitSet> users) {
        return new Policy(each, LimitSet.UNLIMITED, LimitSet.UNLIMITED, LimitSet.UNLIMITED, users, Map.of(), Map.of());
    }

    Policy buckets(LimitSet each, Map<String, LimitSet> buckets) {
        return new Policy(
                LimitSet.UNLIMITED, each, LimitSet.UNLIMITED, LimitSet.UNLIMITED, Map.of(), buckets, Map.of());
    }

    S3Gate gate(Policy policy, String... domains) {
        PolicySnapshot snapshot = PolicyMerger.merge(List.of(new PolicyLayer(
                policy,
                Map.of(
                        "ALICE1",
                        "alice",
                        "ALICE2",
                        "alice",
                        "BOB",
                        "bob",
                        "CAROL",
                        "acme$carol",
                        "DAVE",
                        "acme$dave"))));
        IdentityDirectory directory = new IdentityDirectory("test", () -> snapshot);
        admission = new Admission(new SubjectIds("test"), 1000, 0, policy);
        return new S3Gate(new GatewayLayout(List.of(domains)), directory, admission);
    }

    static RequestHead request(String method, String target, String host, String accessKey) {
        String text = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
        if (!accessKey.isEmpty()) {
            text += "Authorization: AWS4-HMAC-SHA256 Credential=" + accessKey
                    + "/20260101/default/s3/aws4_request, SignedHeaders=host, Signature=0\r\n";
        }
        byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        return head;
    }

    /** One request from its head to its end. */
    static GateDecision send(S3Gate gate, RequestHead head) {
        Ticket ticket = new Ticket();
        GateDecision decision = gate.decide(head, ticket, NOW);
        if (decision instanceof GateDecision.Forward) {
            ticket.commit();
        }
        ticket.release(NOW);
        return decision;
    }

    static GateDecision get(S3Gate gate, String target, String accessKey) {
        return send(gate, request("GET", target, "gateway:8080", accessKey));
    }

    static GateDecision.Reject rejected(GateDecision decision) {
        assertThat(decision).isInstanceOf(GateDecision.Reject.class);
        return (GateDecision.Reject) decision;
    }

    static void assertForwarded(GateDecision decision) {
        assertThat(decision).isInstanceOf(GateDecision.Forward.class);
    }

    static RequestHead swift(String target, String name) {
        String hex = HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
        return token(target, "AUTH_rgwtk%02x000000%s%s".formatted(name.length(), hex, "0".repeat(80)));
    }

    static RequestHead token(String target, String token) {
        return head("GET " + target + " HTTP/1.1\r\nHost: gateway\r\nX-Auth-Token: " + token + "\r\n\r\n");
    }

    static RequestHead head(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        return head;
    }

    /** One form from its head to its end. */
    static GateDecision sendForm(S3Gate gate, String target, String type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = head("POST " + target + " HTTP/1.1\r\nHost: gateway\r\nContent-Type: " + type
                + "\r\nContent-Length: " + bytes.length + "\r\n\r\n");
        Ticket ticket = new Ticket();
        assertThat(gate.decide(head, ticket, NOW)).isEqualTo(GateDecision.Undecided.FORM_NEEDED);
        return gate.decide(new FormHead(head, bytes, bytes.length), ticket, NOW);
    }
}
