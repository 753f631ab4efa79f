package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.RequestHead.Method;
import dev.sluice.proxy.s3.HostDomains;
import dev.sluice.proxy.s3.S3HeadParser;
import dev.sluice.proxy.s3.S3Request;
import dev.sluice.proxy.s3.S3Request.FrontDoor;

/**
 * Where a request meets its limits: what it is about, who it is from, whether there is room.
 *
 * <p>Never limited: probes, so that RGW's death shows and its life isn't doubted; the Admin Ops API and system users,
 * which RGW does not limit either; Swift, whose users are told by tokens that this release does not read.
 */
public final class S3Gate implements Gate {
    private final HostDomains domains;
    private final S3HeadParser parser;
    private final IdentityDirectory directory;
    private final Admission admission;

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
    public Decision decide(RequestHead head, Ticket ticket, long nowNanos) {
        S3Request request = parser.parse(head);
        if (request.frontDoor() != FrontDoor.S3) {
            return Decision.FORWARD;
        }
        Identity who = request.accessKey().isEmpty() ? Identity.ANONYMOUS : directory.lookup(request.accessKey());
        if (who.isExempt()) {
            return Decision.FORWARD;
        }
        String bucket = request.bucketKey(who.tenant());
        Verdict verdict = admission.admit(who, bucket, request.operation(), ticket, nowNanos);
        if (verdict instanceof Verdict.Rejected rejected) {
            return new Decision.Refuse(rejected, request.bucket());
        }
        boolean listsDeletes = request.operation() == OperationClass.DELETE && head.method() == Method.POST;
        return listsDeletes ? Decision.FORWARD_DELETE_LIST : Decision.FORWARD;
    }
}
