package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.keys.CurveFiles;
import dev.sluice.policy.keys.CurveReading;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads {@code sync.curve} and {@code sync.insecure}, and the keys that the former names. */
record CurveSettingsReader(ConfigSection sync, BiFunction<ConfigSection, String, Optional<Path>> paths) {
    private static final String KEYS_HINT =
            "set sync.curve.secret-key-file and allowed-keys-dir (sluice keygen makes keys), or sync.insecure = true"
                    + " where no untrusted host reaches that network";

    /** Which peers the bus trusts; empty: something is wrong and was reported. */
    Optional<SyncTrust> read() {
        boolean insecure = sync.value("insecure", ValueParsers.onOff()).orElse(false);
        ConfigSection curve = sync.section("curve");
        boolean hasSecret = isSet(curve, CurveFiles.SECRET_KEY_FILE);
        boolean hasAllowed = isSet(curve, CurveFiles.ALLOWED_KEYS_DIR);
        if (!hasSecret && !hasAllowed) {
            return Optional.of(insecure ? SyncTrust.AnyPeer.INSTANCE : SyncTrust.LoopbackOnly.INSTANCE);
        }
        if (!hasSecret) {
            curve.error(
                    CurveFiles.SECRET_KEY_FILE,
                    "allowed-keys-dir is set and this is not",
                    "name the file with this sidecar's secret key; sluice keygen makes one");
            return Optional.empty();
        }
        if (!hasAllowed) {
            curve.error(
                    CurveFiles.ALLOWED_KEYS_DIR,
                    "secret-key-file is set and this is not",
                    "name a directory with the public keys of all sidecars, *" + CurveFiles.PUBLIC_SUFFIX);
            return Optional.empty();
        }
        if (insecure) {
            sync.error(
                    "insecure", "there are keys (sync.curve), so this would have no effect", "remove one of the two");
        }
        Optional<Path> secret = paths.apply(curve, CurveFiles.SECRET_KEY_FILE);
        Optional<Path> allowed = paths.apply(curve, CurveFiles.ALLOWED_KEYS_DIR);
        return secret.isPresent() && allowed.isPresent()
                ? read(curve, new CurveFiles(secret.get(), allowed.get()))
                : Optional.empty();
    }

    private static Optional<SyncTrust> read(ConfigSection curve, CurveFiles files) {
        CurveReading reading = files.read();
        reading.problems().forEach(curve::report);
        return reading.keys().map(keys -> new SyncTrust.ListedKeys(files, keys));
    }

    /** Reports a setting that connects the bus to other machines, which needs keys. */
    void requireKeys(String key, String what) {
        sync.error(key, what + ", and there are no keys to know other sidecars by", KEYS_HINT);
    }

    private static boolean isSet(ConfigSection curve, String key) {
        return !curve.value(key, ValueParsers.any()).orElse("").isEmpty();
    }
}
