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
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.exchange.ResponseObserver;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.proof.ClaimProofs;
import dev.sluice.proxy.proof.RequestClaim;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.s3.auth.FormReader;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose limits sessions of STS spend. */
class SessionGateTest {
    private static final long NOW = 1_000_000_000L;
    private static final String SESSION = "bOSKw0cCIJlPpuDdmHMh";
    private static final Identity ALICE = Identity.ofUser("alice");
    private static final IpAddress HOME = IpAddress.parse("192.0.2.1").orElseThrow();
    private static final IpAddress OTHER_PLACE = IpAddress.parse("198.51.100.7").orElseThrow();
    private static final String TOKEN = "x-amz-security-token: dG9rZW4=\r\n";
    private static final String CREDENTIALS =
            "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>" + SESSION
                    + "</AccessKeyId><Expiration>2026-11-28T13:45:10Z</Expiration></Credentials>";

    private final LimitSet limits = new LimitSet(Map.of(
            Dimension.READ_OPS, Limit.perSecond(10, MeterAlgorithm.WINDOW),
            Dimension.WRITE_OPS, Limit.perSecond(10, MeterAlgorithm.WINDOW)));
    private final Policy policy = new Policy(
            limits,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            Map.of(),
            Map.of(),
            Map.of(),
            LimitSet.of(Dimension.READ_OPS, Limit.perSecond(100, MeterAlgorithm.WINDOW)));
    private final Admission admission = new Admission(new SubjectIds("test"), 1000, 0, policy);
    private final IdentityDirectory directory = new IdentityDirectory(
            "test",
            () -> new PolicySnapshot(
                    policy,
                    Map.of("LISTED", ALICE, "SYSTEM", Identity.ofUser("sync").exempt())));

    private S3Gate gate(VerifyMode mode) {
        return new S3Gate(
                new GatewayLayout(List.of()), directory, admission, new ClaimProofs(mode, directory, () -> 0));
    }

    /** The body of requests for the service itself. */
    private String form = "";

    private static RequestHead head(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        return head;
    }

    private static RequestHead request(String line, String accessKey, String more) {
        return head(line + " HTTP/1.1\r\nHost: s3\r\nAuthorization: AWS " + accessKey + ":abc=\r\n" + more + "\r\n");
    }

    private static RequestHead get(String accessKey) {
        return request("GET /images/o", accessKey, accessKey.equals(SESSION) ? TOKEN : "");
    }

    /** Sends a request that RGW answers with a status and a body. */
    private GateDecision send(S3Gate gate, RequestHead head, IpAddress from, int status, String body) {
        Ticket ticket = new Ticket();
        RequestClaim claim = new RequestClaim(any -> from);
        GateDecision decision = gate.decide(head, claim, ticket, NOW);
        if (decision == GateDecision.Undecided.FORM_NEEDED) {
            byte[] read = Arrays.copyOf(form.getBytes(StandardCharsets.ISO_8859_1), (int)
                    Math.min(FormReader.BYTES_MAX, Math.max(0, head.contentLength())));
            decision = gate.decide(new FormHead(head, read, read.length), claim, ticket, NOW);
        }
        if (decision instanceof GateDecision.Forward) {
            ResponseObserver observer =
                    decision == GateDecision.Forward.CHARGED_AND_OBSERVED ? gate.observer(claim) : null;
            ticket.commit();
            if (observer != null) {
                observer.onHead(status, false);
                observer.onBody(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1), NOW);
                observer.onEnd(NOW);
            }
            gate.responded(claim, status, false, ticket, NOW);
        }
        claim.end();
        ticket.release(NOW);
        return decision;
    }

    private boolean isAdmitted(S3Gate gate, String accessKey, IpAddress from, int status) {
        return send(gate, get(accessKey), from, status, "") instanceof GateDecision.Forward;
    }

    private void beginSession(S3Gate gate) {
        send(gate, request("POST /", "LISTED", "Content-Length: 50\r\n"), HOME, 200, CREDENTIALS);
    }

    private long charged() {
        return admission.charged(ALICE, Dimension.READ_OPS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO", "FEEDBACK", "SIGNATURE", "OFF"})
    void sessionAndOwnKey_shareTheLimit(VerifyMode mode) {
        S3Gate gate = gate(mode);
        beginSession(gate);

        int admitted = 0;
        for (int i = 0; i < 20; i++) {
            admitted += isAdmitted(gate, i % 2 == 0 ? "LISTED" : SESSION, HOME, 200) ? 1 : 0;
        }

        assertThat(admitted).isEqualTo(10);
        assertThat(charged()).isEqualTo(10);
        assertThat(admission.accountCount()).isLessThanOrEqualTo(2);
    }

    @Test
    void sessionsKey_isProvenOnItsOwn_beforeAliceIsCharged() {
        S3Gate gate = gate(VerifyMode.FEEDBACK);
        beginSession(gate);

        for (int i = 0; i < 50; i++) {
            isAdmitted(gate, SESSION, OTHER_PLACE, 403);
        }
        assertThat(charged()).isZero();
        assertThat(admission.usageOf(Scope.UNPROVEN, OTHER_PLACE.toString(), NOW))
                .isNotEmpty();

        isAdmitted(gate, SESSION, HOME, 200);
        isAdmitted(gate, SESSION, HOME, 403);
        assertThat(charged()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 400, 500, 302})
    void refusedRequest_beginsNoSession(int status) {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(gate, request("POST /", "LISTED", "Content-Length: 50\r\n"), HOME, status, CREDENTIALS);

        assertThat(directory.sessions().learntCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET /?Action=AssumeRole",
                "PUT /",
                "POST /images",
                "POST /images?uploads",
                "POST /images/o?uploads",
                "POST /images?delete"
            })
    void otherRequests_areNotObserved(String line) {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(gate, request(line, "LISTED", "Content-Length: 50\r\n"), HOME, 200, CREDENTIALS);

        assertThat(directory.sessions().learntCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /", "POST /?Action=AssumeRole", "POST //", "POST /?format=json"})
    void requestsForTheServiceItself_areObserved(String line) {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(gate, request(line, "LISTED", "Content-Length: 50\r\n"), HOME, 200, CREDENTIALS);

        assertThat(directory.lookup(SESSION)).isEqualTo(ALICE);
    }

    @ParameterizedTest
    @CsvSource({
        "POST /, Action=AssumeRoleWithWebIdentity, Content-Length: 32",
        "POST /?Action=AssumeRoleWithWebIdentity, '', Content-Length: 0",
        "POST /, '', Transfer-Encoding: chunked",
        "POST /, '', Content-Length: 30000",
        "GET /?Action=AssumeRoleWithWebIdentity, '', X: x",
        "PUT /images/o?x=y&Action=AssumeRoleWithWebIdentity, '', Content-Length: 5"
    })
    void requestThatRgwMayServeByAToken_provesNoAccessKey(String line, String body, String header) {
        for (VerifyMode mode : List.of(VerifyMode.AUTO, VerifyMode.FEEDBACK)) {
            S3Gate gate = gate(mode);
            form = body;
            for (int i = 0; i < 3; i++) {
                send(gate, request(line, "LISTED", header + "\r\n"), OTHER_PLACE, 200, "");
            }

            long served = charged();
            if (line.startsWith("POST")) {
                assertThat(admission.charged(ALICE, Dimension.WRITE_OPS)).isZero();
            }

            isAdmitted(gate, "LISTED", OTHER_PLACE, 403);

            assertThat(charged()).isEqualTo(served);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked", "Content-Length: 30000"})
    void sessionOfAFormThatIsNotReadWhole_isOfWhoSignedIt(String header) {
        S3Gate gate = gate(VerifyMode.AUTO);

        send(gate, request("POST /", "LISTED", header + "\r\n"), HOME, 200, CREDENTIALS);

        assertThat(directory.lookup(SESSION)).isEqualTo(ALICE);
    }

    @Test
    void systemUsersKeyBesideAToken_liftsNoLimits() {
        S3Gate gate = gate(VerifyMode.OFF);

        for (int i = 0; i < 20; i++) {
            send(gate, request("GET /images/o?Action=AssumeRoleWithWebIdentity", "SYSTEM", ""), HOME, 200, "");
        }

        assertThat(admission.charged(S3Gate.WEB_IDENTITY, Dimension.READ_OPS)).isEqualTo(10);
    }

    @Test
    void formWithoutASignature_beginsNoSessionOfAnybody() {
        S3Gate gate = gate(VerifyMode.AUTO);
        byte[] form = "Action=AssumeRoleWithWebIdentity".getBytes(StandardCharsets.US_ASCII);
        RequestHead head = head("POST / HTTP/1.1\r\nHost: s3\r\nContent-Length: 32\r\n\r\n");
        RequestClaim claim = new RequestClaim(any -> HOME);

        GateDecision decision = gate.decide(new FormHead(head, form, form.length), claim, new Ticket(), NOW);

        assertThat(decision).isEqualTo(GateDecision.Forward.CHARGED);
    }

    @Test
    void sessionOfAnUnknownKey_countsWithThatKey() {
        S3Gate gate = gate(VerifyMode.AUTO);
        send(gate, request("POST /", "UNLISTED", "Content-Length: 50\r\n"), HOME, 200, CREDENTIALS);

        int admitted = 0;
        for (int i = 0; i < 20; i++) {
            admitted += isAdmitted(gate, i % 2 == 0 ? "UNLISTED" : SESSION, HOME, 200) ? 1 : 0;
        }

        assertThat(admitted).isEqualTo(10);
    }
}
