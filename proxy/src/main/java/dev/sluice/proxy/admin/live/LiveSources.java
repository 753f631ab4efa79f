package dev.sluice.proxy.admin.live;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.sync.peers.PeerStatus;
import java.util.List;
import java.util.Optional;

/** What the view of a sidecar is made of. Thread-safe; nothing blocks. */
public interface LiveSources {
    /** The name of this sidecar. */
    String node();

    /** The name of its cluster. */
    String cluster();

    /** What it does when peers are silent, as in the settings. */
    String onPartition();

    /** What its request path counts. */
    ProxyCounters counters();

    /** Its limits. */
    Admission admission();

    /** The peers that it knows. */
    List<PeerStatus> peers();

    /** Of the limits in force here; 0: not known. */
    long limitsFingerprint();

    /** What is wrong with its own sync; empty: nothing. */
    Optional<String> syncProblem(long nowNanos);

    /** Its gateway. */
    LivePart gateway();

    /** Its limits file. */
    LivePart limitsFile();

    /** The name of a subject for people. */
    String display(Scope scope, String subject);

    /** A limit as its operator wrote it: {@code 4 MiB/s}. */
    String text(Dimension dimension, Limit limit);

    /** Where the limit of a subject is set: {@code limits.conf:8}; empty: not known. */
    String origin(Scope scope, String subject, Dimension dimension);
}
