package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.proxy.gate.GateDecision.Forward;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.GatewayApi;
import dev.sluice.proxy.s3.HostDomains;
import dev.sluice.proxy.s3.S3HeadParser;
import dev.sluice.proxy.s3.S3Request;

/**
 * Holds S3 requests to their limits: parses what a request does, looks up whose it is, and asks the limits for room.
 *
 * <p>Never limited: probes, so that they show whether RGW lives; the Admin Ops API and system users, which RGW does not
 * limit either; Swift, whose tokens are not read.
 */
public final class S3Gate implements Gate {
    private final HostDomains domains;
    private final S3HeadParser parser;
    private final IdentityDirectory directory;
    private final Admission admission;

    /**
     * For one event loop.
     *
     * @param domains the domains of virtual-hosted buckets
     */
    public S3Gate(HostDomains domains, IdentityDirectory directory, Admission admission) {
        this.domains = domains;
        this.parser = new S3HeadParser(domains);
        this.directory = directory;
        this.admission = admission;
    }

    @Override
    public Gate forEventLoop() {
        return new S3Gate(domains, directory, admission);
    }

    @Override
    public GateDecision decide(RequestHead head, Ticket ticket, long nowNanos) {
        S3Request request = parser.parse(head);
        if (request.api() != GatewayApi.S3) {
            return Forward.CHARGED;
        }
        Identity identity = request.accessKey().isEmpty() ? Identity.ANONYMOUS : directory.lookup(request.accessKey());
        if (identity.isExempt()) {
            return Forward.CHARGED;
        }
        String bucket = request.bucketKey(identity.tenant());
        Verdict verdict = admission.admit(identity, bucket, request.operation(), ticket, nowNanos);
        if (verdict instanceof Verdict.Rejected rejected) {
            return new GateDecision.Reject(rejected, request.bucket());
        }
        boolean listsDeletes = request.operation() == OperationClass.DELETE && head.method() == HttpMethod.POST;
        return listsDeletes ? Forward.CHARGE_LISTED_DELETES : Forward.CHARGED;
    }
}
