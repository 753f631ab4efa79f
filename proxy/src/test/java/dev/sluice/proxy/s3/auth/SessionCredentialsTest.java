package dev.sluice.proxy.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCredentialsTest {
    private static final String KEY = "bOSKw0cCIJlPpuDdmHMh";
    private static final String END = "2026-11-28T13:45:10.123456789Z";
    private static final long END_SECONDS =
            Instant.parse("2026-11-28T13:45:10Z").getEpochSecond();
    private static final String FIELDS = "<Credentials><AccessKeyId>" + KEY + "</AccessKeyId><Expiration>" + END
            + "</Expiration><SecretAccessKey>0A3</SecretAccessKey><SessionToken>dG9rZW4=</SessionToken></Credentials>";
    private static final String ROLE = "<AssumeRoleResponse><AssumeRoleResult>" + FIELDS
            + "<AssumedRoleUser><Arn>arn:aws:sts:::assumed-role/r/s</Arn><AssumeRoleId>1:s</AssumeRoleId></AssumedRoleUser>"
            + "<PackedPolicySize>0</PackedPolicySize></AssumeRoleResult></AssumeRoleResponse>";
    private static final String JSON = "{\"AssumeRoleResult\":{\"Credentials\":{\"AccessKeyId\":\"" + KEY
            + "\",\"Expiration\":\"" + END + "\",\"SecretAccessKey\":\"0A3\",\"SessionToken\":\"dG9rZW4=\"},"
            + "\"AssumedRoleUser\":{\"Arn\":\"arn\"}}}";
    private static final String HTML = "<AssumeRoleResponse><AssumeRoleResult><Credentials><li>AccessKeyId: " + KEY
            + "</li><li>Expiration: " + END
            + "</li><li>SecretAccessKey: 0A3</li><li>SessionToken: dG9rZW4=</li></Credentials>"
            + "<AssumedRoleUser><li>Arn: arn</li></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>";

    private static void assertRead(String body) {
        assertThat(SessionCredentials.find(body)).contains(new SessionCredentials(KEY, END_SECONDS));
    }

    @Test
    void roleAndSessionToken_areRead() {
        assertRead(ROLE);
        assertRead(ROLE.replace("AssumeRole", "GetSessionToken"));
        assertRead("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + ROLE);
        assertRead(ROLE.replace("Response>", "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"));
        assertRead(ROLE.replace("><", ">\n  <"));
        assertRead(ROLE.replace(
                "<AssumeRoleResult>", "<AssumeRoleResult><AssumedRoleUser><Arn>a</Arn></AssumedRoleUser>"));
    }

    /** A client may ask for them, and would otherwise hide its session. */
    @Test
    void jsonAndHtml_areReadToo() {
        assertRead(JSON);
        assertRead(JSON.replace("AssumeRole", "GetSessionToken"));
        assertRead(JSON.replace(":", " : ").replace("13 : 45 : 10", "13:45:10").replace("{", "{\n"));
        assertRead("{\"AssumeRoleResponse\":" + JSON + "}");
        assertRead(HTML);
        assertRead(HTML.replace("AssumeRole", "GetSessionToken"));
    }

    @Test
    void ofSeveralCredentials_theFirstCount() {
        assertRead(ROLE.replace("</Credentials>", "</Credentials>" + FIELDS.replace(KEY, "X".repeat(20))));
    }

    @Test
    void truncatedResponse_isRead_onceItsEndIsThere() {
        int enough = ROLE.indexOf("</Expiration>") + 1;
        for (int length = 0; length < ROLE.length(); length++) {
            assertThat(SessionCredentials.find(ROLE.substring(0, length)).isPresent())
                    .as("%d of %d", length, enough)
                    .isEqualTo(length >= enough);
        }
    }

    @Test
    void missingOrStrangeEnd_isNone() {
        for (String end :
                new String[] {"", "never", "2026-99-99T99:99:99Z", "1".repeat(30), "&lt;", "-99999999-01-01T00:00:00Z"
                }) {
            assertThat(SessionCredentials.find(ROLE.replace(END, end)))
                    .as(end)
                    .contains(new SessionCredentials(KEY, 0));
        }
        assertThat(SessionCredentials.find(ROLE.replace("Expiration", "Other")))
                .contains(new SessionCredentials(KEY, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "<",
                "<AssumeRoleResponse>",
                "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>",
                "<AssumeRoleResponse><AssumeRoleResult><Credentials></Credentials></AssumeRoleResult></AssumeRoleResponse>",
                "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
                "<!DOCTYPE html>",
                "{\"AssumeRoleResult\":{\"Credentials\":{}}}",
                "{\"AssumeRoleResult\":{\"Credentials\":[]}}"
            })
    void anythingElse_isNone(String body) {
        assertThat(SessionCredentials.find(body)).isEmpty();
    }

    @Test
    void keyWithEntities_orOfAnotherForm_isNone() {
        for (String key : new String[] {
            "&e;", "&#65;".repeat(20), "short", "x".repeat(129), "../../../../etc/passwd", "a b c d e f g h i j k"
        }) {
            assertThat(SessionCredentials.find(ROLE.replace(KEY, key))).as(key).isEmpty();
            assertThat(SessionCredentials.find(JSON.replace(KEY, key))).as(key).isEmpty();
        }
    }

    /** Texts of users in other responses, which RGW escapes for its format, are no credentials. */
    @Test
    void textOfAUser_isNoCredential() {
        String escaped = ROLE.replace("<", "&lt;").replace(">", "&gt;");
        String quoted = JSON.replace("\"", "\\\"");
        for (String body : new String[] {
            ROLE.replace("AssumeRole", "AssumeRoleWithWebIdentity"),
            JSON.replace("AssumeRole", "AssumeRoleWithWebIdentity"),
            HTML.replace("AssumeRole", "AssumeRoleWithWebIdentity"),
            "<GetRoleResponse><GetRoleResult><Role><Path>" + escaped + "</Path><AssumeRolePolicyDocument>" + escaped
                    + "</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>",
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><SubjectFromWebIdentityToken>"
                    + escaped + "</SubjectFromWebIdentityToken>" + FIELDS,
            "{\"GetRoleResult\":{\"Role\":{\"Path\":\"" + quoted + "\"}}}",
            "{\"GetRoleResult\":{\"Role\":{\"Path\":\"/AssumeRoleResult>Credentials>AccessKeyId>" + KEY + "/\"}}}",
            "<ListRolesResponse>" + ROLE,
            "x" + ROLE,
            "<!-- -->" + ROLE
        }) {
            assertThat(SessionCredentials.find(body)).as(body).isEmpty();
        }
    }

    @Test
    void hugeBodies_areReadInALinearTime() {
        String[] parts = {
            "<AssumeRoleResponse ",
            "<?xml ",
            " ",
            "{ ",
            "<!DOCTYPE html",
            "<AssumeRole",
            "\"Expiration\":\"",
            "<Credentials>",
            "AccessKeyId"
        };
        for (String part : parts) {
            String huge = part.repeat(1 << 16);
            assertThat(SessionCredentials.find(huge)).isEmpty();
            assertThat(SessionCredentials.find(HTML.replace(KEY, huge))).isEmpty();
            assertThat(SessionCredentials.find("<AssumeRoleResponse><AssumeRoleResult>" + huge))
                    .isEmpty();
        }
    }

    @Test
    void damagedResponses_throwNothing() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] bodies = {ROLE, JSON, HTML};
        for (int i = 0; i < 30_000; i++) {
            StringBuilder body = new StringBuilder(bodies[random.nextInt(bodies.length)]);
            for (int change = random.nextInt(5); change >= 0; change--) {
                int at = random.nextInt(body.length());
                switch (random.nextInt(3)) {
                    case 0 -> body.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> body.delete(at, Math.min(body.length(), at + random.nextInt(40)));
                    default -> body.insert(at, "<>\"{}:&; \r\n".charAt(random.nextInt(11)));
                }
                body.append(' ');
            }

            Optional<SessionCredentials> found = SessionCredentials.find(body.toString());

            assertThat(found.map(SessionCredentials::accessKey).orElse(KEY))
                    .as("seed %d", seed)
                    .matches("[A-Za-z0-9_]{16,128}");
        }
    }

    @Test
    void text_showsNoKey() {
        assertThat(new SessionCredentials(KEY, 5)).hasToString("SessionCredentials[5]");
    }
}
