package dev.sluice.policy.rgw.client;

import dev.sluice.policy.identity.SecretKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Parses the user that {@code GET /admin/user} and {@code radosgw-admin user info} describe. */
public final class RgwUserParser {
    private static final int NAME_CHARS_MAX = 512;
    private static final int KEY_CHARS_MAX = 512;

    private final List<RgwUser.OwnedKey> keys = new ArrayList<>();
    private String tenant = "";
    private String uid = "";
    private String account = "";
    private boolean isExempt;
    private boolean isSuspended;
    private String accessKey = "";
    private SecretKey secret = SecretKey.of("");
    private boolean isActive = true;

    private RgwUserParser() {}

    /**
     * Parses a user.
     *
     * @throws IOException if it is none; the message quotes nothing of it
     */
    public static RgwUser parse(byte[] json) throws IOException {
        RgwUserParser parser = new RgwUserParser();
        RgwJson.read(json, parser::field);
        return parser.user();
    }

    private void field(String name, RgwJson value) throws IOException {
        switch (name) {
            case "tenant" -> tenant = value.text();
            case "user_id" -> uid = value.text();
            case "account_id" -> account = value.text();
            case "system", "admin" -> isExempt |= value.isTrue();
            case "suspended" -> isSuspended = value.isTrue();
            case "keys" -> value.objects(this::keyField, this::addKey);
            default -> {}
        }
    }

    private void keyField(String name, RgwJson value) {
        switch (name) {
            case "access_key" -> accessKey = value.text();
            case "secret_key" -> secret = SecretKey.of(value.secretText());
            case "active" -> isActive = value.isTrue();
            default -> {}
        }
    }

    private void addKey() {
        boolean isUsable = isActive && !accessKey.isEmpty() && accessKey.length() <= KEY_CHARS_MAX;
        if (isUsable && keys.size() < RgwUser.KEYS_MAX) {
            keys.add(new RgwUser.OwnedKey(accessKey, secret));
        }
        accessKey = "";
        secret = SecretKey.of("");
        isActive = true;
    }

    private RgwUser user() throws IOException {
        if (uid.isEmpty() || uid.length() + tenant.length() > NAME_CHARS_MAX || uid.indexOf('$') >= 0) {
            throw new IOException("the response names no user");
        }
        return new RgwUser(tenant.isEmpty() ? uid : tenant + "$" + uid, account, isExempt, isSuspended, keys);
    }
}
