package dev.sluice.policy.keys;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.source.ReloadSource;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SettlingTime;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.SourceReading;
import dev.sluice.policy.source.SourceVersion;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The PEM files of a TLS server, followed while the sidecar runs. What can't be used changes nothing.
 *
 * <p>Certificate and key are two files, and a renewal replaces one after the other: in between they don't belong
 * together, or one of them is half written. So a good pair is used when two polls found it, and a bad one is reported only when it
 * has stayed the same for {@link #SETTLED_MILLIS}, or when nothing good has come for {@link #PATIENCE_MILLIS}. The files
 * are short, so each poll reads them: edits in place, renames and changed symbolic links all show.
 */
public final class CertificateSource implements ReloadSource<TlsIdentity> {
    private static final long INTERVAL_MILLIS = 1_000;
    /** A chain without its last certificates is good, and may be half a file: two polls must find the same. */
    private static final long TWO_POLLS_MILLIS = 1;

    private static final long SETTLED_MILLIS = 5_000;
    private static final long PATIENCE_MILLIS = 30_000;

    private final TlsFiles files;
    private final UnaryOperator<ReadResult<TlsIdentity>> check;

    private CertificateSource(TlsFiles files, UnaryOperator<ReadResult<TlsIdentity>> check) {
        this.files = files;
        this.check = check;
    }

    /**
     * Follows the files every second, once started.
     *
     * @param check refuses what was read but can't be used
     */
    public static SourcePoller<TlsIdentity> poller(
            TlsFiles files, UnaryOperator<ReadResult<TlsIdentity>> check, Reloadable<TlsIdentity> target) {
        return new SourcePoller<>(
                "certificate-watcher",
                INTERVAL_MILLIS,
                new SettlingTime(TWO_POLLS_MILLIS, TWO_POLLS_MILLIS, SETTLED_MILLIS, PATIENCE_MILLIS),
                new CertificateSource(files, check),
                target);
    }

    @Override
    public Optional<SourceVersion<TlsIdentity>> poll(long nowWallMillis) {
        return Optional.of(new CertificateVersion(files.contents()));
    }

    private final class CertificateVersion implements SourceVersion<TlsIdentity> {
        private final TlsFiles.Contents contents;

        private CertificateVersion(TlsFiles.Contents contents) {
            this.contents = contents;
        }

        /** No bytes: they hold the private key. */
        @Override
        public Object fingerprint() {
            return List.of(contents.certificate().fingerprint(), contents.key().fingerprint());
        }

        @Override
        public Optional<SourceReading<TlsIdentity>> read(TlsIdentity inUse, long nowWallMillis) {
            return Optional.of(SourceReading.of(check.apply(files.parse(contents, nowWallMillis))));
        }
    }
}
