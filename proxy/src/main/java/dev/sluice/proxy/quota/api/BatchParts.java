package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.quota.alloc.AllocStep;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import dev.sluice.quota.alloc.AllocStep.Free;
import dev.sluice.quota.alloc.LeaseTerms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Divides a batch into parts for different nodes, and puts their results together. */
final class BatchParts {
    private static final int CALL_BYTES = 96;
    private static final long MILLIS_PER_SECOND = 1000;

    private BatchParts() {}

    // ---- calls ----

    /** The body of a batch of these calls. */
    static byte[] body(List<QuotaCall> calls) {
        JsonBytes out = new JsonBytes(CALL_BYTES * calls.size());
        String separator = "[";
        for (QuotaCall call : calls) {
            out.raw(separator);
            append(out, call);
            separator = ",";
        }
        return out.raw("]").toBytes();
    }

    private static void append(JsonBytes out, QuotaCall call) {
        if (call instanceof QuotaCall.Allow allow) {
            begin(out, "allow", allow.step().quota())
                    .raw(",\"tokens\":")
                    .number(allow.step().tokens());
            appendKey(out, call);
        } else if (call instanceof QuotaCall.View view) {
            begin(out, "view", view.quota());
        } else if (call instanceof QuotaCall.Change change) {
            append(out, change);
            appendKey(out, call);
        } else {
            throw new IllegalArgumentException("a batch has no such call");
        }
        out.raw("}");
    }

    private static void appendKey(JsonBytes out, QuotaCall call) {
        if (!call.key().isEmpty()) {
            out.raw(",\"idempotency_key\":").text(call.key());
        }
    }

    private static void append(JsonBytes out, QuotaCall.Change change) {
        AllocStep step = change.step();
        begin(out, step instanceof Allocate ? "alloc" : "free", step.quota())
                .raw(",\"tokens\":")
                .number(step.tokens());
        if (step.version() != AllocStep.ANY_VERSION) {
            out.raw(",\"version\":").number(step.version());
        }
        if (step instanceof Free free && free.lease() != 0) {
            out.raw(",\"lease\":").number(free.lease());
        } else if (step instanceof Allocate allocate) {
            Optional<LeaseTerms> terms = allocate.lease();
            terms.ifPresent(lease -> out.raw(",\"lease\":")
                    .number(lease.millis() / MILLIS_PER_SECOND)
                    .raw(",\"holder\":")
                    .text(lease.holder()));
        }
    }

    private static JsonBytes begin(JsonBytes out, String op, QuotaName quota) {
        return out.raw("{\"op\":\"" + op + "\",\"namespace\":")
                .text(quota.namespace())
                .raw(",\"resource\":")
                .text(quota.resource());
    }

    // ---- results ----

    /**
     * Puts the results of a part to their places. An error of the whole part is the result of each of its calls.
     *
     * @param places of the part's calls, in its order
     */
    static void distribute(QuotaResponse response, List<Integer> places, byte[][] results) {
        List<byte[]> elements = response.status() == 200 ? elements(response.body()) : List.of();
        byte[] otherwise = response.status() == 200
                ? QuotaErrors.unavailable("the node's response could not be read")
                        .body()
                : response.body();
        boolean isComplete = elements.size() == places.size();
        for (int i = 0; i < places.size(); i++) {
            results[places.get(i)] = isComplete ? elements.get(i) : otherwise;
        }
    }

    /** The response with all results. */
    static QuotaResponse joined(byte[][] results) {
        int size = 1 + results.length;
        for (byte[] result : results) {
            size += result.length;
        }
        byte[] body = new byte[size];
        int at = 0;
        for (byte[] result : results) {
            body[at] = (byte) (at == 0 ? '[' : ',');
            at++;
            System.arraycopy(result, 0, body, at, result.length);
            at += result.length;
        }
        body[at] = ']';
        return QuotaResponse.json(200, body);
    }

    /** The objects of a JSON array, as they are; empty: it is none. Only braces and texts matter. */
    static List<byte[]> elements(byte[] array) {
        List<byte[]> elements = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        boolean isText = false;
        for (int i = 0; i < array.length; i++) {
            byte octet = array[i];
            if (isText) {
                i += octet == '\\' ? 1 : 0;
                isText = octet != '"';
            } else if (octet == '"') {
                isText = true;
            } else if (octet == '{') {
                begin = depth == 0 ? i : begin;
                depth++;
            } else if (octet == '}') {
                depth--;
                if (depth == 0) {
                    elements.add(Arrays.copyOfRange(array, begin, i + 1));
                }
            }
            if (depth < 0) {
                return List.of();
            }
        }
        return depth == 0 && !isText ? elements : List.of();
    }
}
