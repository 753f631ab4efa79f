package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;

/**
 * A request with an S3 credential in a path of Swift. RGW ignores that credential if it serves Swift there, and reads S3
 * if it does not. Sluice can't see which, so limits of both readings apply: a credential that RGW ignores must evade
 * nothing, and neither must a path.
 *
 * @param s3 how a gateway without Swift reads it
 * @param swift how a gateway with Swift reads it
 */
public record S3InSwiftPath(S3Request s3, SwiftRequest swift) implements GatewayRequest {
    /** The class that more limits know: a list is also a read, and a delete also a write. No reading hides a write. */
    public OperationClass operation() {
        OperationClass other = swift.operation();
        boolean hidesWrite = other == OperationClass.WRITE && s3.operation() == OperationClass.READ;
        return hidesWrite || other == OperationClass.LIST || other == OperationClass.DELETE ? other : s3.operation();
    }
}
