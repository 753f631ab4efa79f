package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
import dev.sluice.policy.identity.KeyOwners;
import dev.sluice.policy.rgw.RgwDirectory;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import java.util.Optional;

/** The users and limits that are known from RGW, where the settings have an admin key. */
final class RgwPart implements AutoCloseable {
    private final Optional<RgwDirectory> directory;

    /** Asks nothing yet. */
    RgwPart(Settings settings) {
        this.directory = settings.rgwAdmin().map(RgwDirectory::new);
    }

    /** Begins to ask. */
    void start(Admission admission) {
        directory.ifPresent(d -> d.start(() -> admission.membership().known()));
    }

    /** The owners of access keys. */
    KeyOwners owners() {
        return directory.isPresent() ? directory.get() : KeyOwners.NONE;
    }

    /** RGW's own rate limits; empty: they are not asked for. */
    Optional<Reloadable<PolicyLayer>> limits() {
        return directory.map(RgwDirectory::limits);
    }

    /** Empty: RGW isn't asked. */
    Optional<RgwDirectory> directory() {
        return directory;
    }

    @Override
    public void close() throws InterruptedException {
        if (directory.isPresent()) {
            directory.get().close();
        }
    }
}
