package dev.sluice.policy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import dev.sluice.policy.source.PolicySnapshot;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LdapTokenTest {
    private static final String TOKEN =
            "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"dave\",\"key\":\"pass\\\"word\"}}";

    private static String encoded(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void token_isOfTheUserThatItNames() {
        assertThat(LdapToken.userOf(encoded(TOKEN))).isEqualTo("dave");
        assertThat(LdapToken.userOf(encoded(TOKEN.replace("dave", "d\u00e4ve"))))
                .isEqualTo("d\u00e4ve");
        assertThat(LdapToken.userOf(encoded(TOKEN.replace(":", " : ").replace(",", " ,\n    "))))
                .isEqualTo("dave");
        assertThat(LdapToken.userOf(
                        encoded("{\"RGW_TOKEN\":{\"id\":\"dave\",\"key\":\"x\",\"type\":\"ad\",\"version\":1}}")))
                .isEqualTo("dave");
    }

    @Test
    void directory_keepsNoToken() {
        IdentityDirectory directory = new IdentityDirectory("test", () -> PolicySnapshot.EMPTY);
        String other = encoded(TOKEN.replace("pass", "other"));

        assertThat(directory.lookup(encoded(TOKEN))).isEqualTo(new Identity("dave", ""));
        assertThat(directory.lookup(other)).isEqualTo(new Identity("dave", ""));
        assertThat(directory.lookup(encoded(TOKEN.replace("\"id\"", "\"ID\""))))
                .isEqualTo(new Identity(LdapToken.UNREAD, ""));
        assertThat(directory.lookupUnread(encoded(TOKEN)).user()).startsWith("key:");
        assertThat(directory.unknownKeys()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"dave\",\"id\":\"alice\",\"key\":\"x\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"da\\u0076e\",\"key\":\"x\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"\",\"key\":\"x\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"key\":\"xxxxxxxxxxxxx\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"dave\",\"key\":\"x\"}} {}",
                "{\"RGW_TOKEN\":{\"version\":1,\"id\":\"dave\"},\"RGW_TOKEN\":{\"id\":\"alice\"}}",
                "{\"other\":{\"id\":\"alice\"},\"RGW_TOKEN\":{\"version\":1,\"id\":\"dave\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"\\u0069d\":\"alice\",\"id\":\"dave\",\"key\":\"x\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"sub\":{\"id\":\"alice\"},\"id\":\"dave\",\"key\":\"x\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"key:00000000\",\"key\":\"x\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"da\u0000ve\",\"key\":\"x\"}}",
                "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"dave\",\"key\":\"x\"",
                "{\"RGW_TOKEN\":{}}                                   ",
                "{\"RGW\\u005fTOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"dave\",\"key\":\"x\"}}"
            })
    void tokenThatMayBeReadInSeveralWays_isOfOneUserWithAllOthers(String json) {
        assertThat(LdapToken.isOne(encoded(json))).isTrue();
        assertThat(LdapToken.userOf(encoded(json))).isEqualTo(LdapToken.UNREAD);
    }

    @Test
    void base64ThatMayBeReadInSeveralWays_isOfTheSameUser() {
        String token = encoded(TOKEN);

        assertThat(LdapToken.isOne("-" + token)).isTrue();
        assertThat(LdapToken.userOf("-" + token)).isEqualTo(LdapToken.UNREAD);
        assertThat(LdapToken.userOf(token.substring(0, 8) + "\n" + token.substring(8)))
                .isEqualTo(LdapToken.UNREAD);
    }

    @Test
    void anythingElse_isNoToken() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder json = new StringBuilder(TOKEN);
            for (int change = random.nextInt(4); change > 0; change--) {
                json.setCharAt(random.nextInt(json.length()), (char) (32 + random.nextInt(95)));
            }
            json.setLength(random.nextInt(json.length() + 1));
            assertThat(LdapToken.userOf(encoded(json.toString())))
                    .as("seed %d", seed)
                    .isNotEmpty();
        }
        assertThat(LdapToken.isOne("AKIAIOSFODNN7EXAMPLE")).isFalse();
        assertThat(LdapToken.isOne("x".repeat(1 << 20))).isFalse();
        assertThat(LdapToken.isOne("")).isFalse();
    }
}
