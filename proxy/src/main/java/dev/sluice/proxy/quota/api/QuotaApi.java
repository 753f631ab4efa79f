package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.admin.api.StatusBody;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.RouteAccess;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaHandler;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaReply.Later;
import dev.sluice.proxy.quota.http.QuotaRequest;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.QuotaRoute;
import dev.sluice.proxy.quota.http.QuotaWorker;
import dev.sluice.proxy.quota.http.StatusCode;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.journal.AllocStore;
import dev.sluice.quota.rate.KeyedRates;
import dev.sluice.quota.rate.RateQuotas;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The paths of the quota port. {@code docs/quota-api.md} describes them for people, {@code openapi-quota.json} for programs.
 */
public final class QuotaApi {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final byte[] PONG =
            "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"msg\":\"pong\"}}".getBytes(StandardCharsets.UTF_8);

    private final CallService service;
    private final BatchCalls batches;
    private final JointCalls joint;
    private final AllocStore alloc;
    private final QuotaWorker worker;
    private final CallCounters counters;
    private final ThresholdEvents events;
    private final int maxBatch;

    /**
     * The calls of these quotas.
     *
     * @param keyed calls of the same rate quotas with an idempotency key
     * @param worker for lists
     * @param counters what calls count
     * @param maxBatch calls in one batch, at least 1
     * @param nanoClock that of the calls, monotonic
     */
    public QuotaApi(
            RateQuotas rate,
            KeyedRates keyed,
            AllocStore alloc,
            QuotaWorker worker,
            CallCounters counters,
            int maxBatch,
            LongSupplier nanoClock) {
        this.service = new CallService(rate, keyed, alloc);
        this.batches = new BatchCalls(service);
        this.joint = new JointCalls(rate, keyed, alloc, nanoClock);
        this.alloc = alloc;
        this.worker = worker;
        this.counters = counters;
        this.maxBatch = maxBatch;
        this.events = new ThresholdEvents(counters, nanoClock);
        alloc.observe(events);
    }

    /** The calls of clients. */
    public List<QuotaRoute> calls() {
        return List.of(
                call("POST", "/api/v1/allow", this::allow),
                call("POST", "/api/v1/view", this::view),
                call("POST", "/api/v1/alloc", (request, nowNanos) -> change(request, CallKind.ALLOC)),
                call("POST", "/api/v1/free", (request, nowNanos) -> change(request, CallKind.FREE)),
                call("POST", "/api/v1/renew", (request, nowNanos) -> renew(request)),
                call("POST", "/api/v1/batch", this::batch),
                call("POST", "/api/v1/all", this::all),
                call("GET", "/api/v1/allocations", (request, nowNanos) -> allocations(request)),
                call("GET", "/api/v1/events", (request, nowNanos) -> events.listen()));
    }

    /** What the process shows of itself. */
    public List<QuotaRoute> views(QuotaViews views) {
        return List.of(
                probe("/ping", (request, nowNanos) -> QuotaResponse.json(200, PONG)),
                probe("/ready", (request, nowNanos) -> health(views.isReady(), "not ready", views.health())),
                probe("/healthz", (request, nowNanos) -> health(views.isHealthy(), "not healthy", views.health())),
                call(
                        "GET",
                        "/metrics",
                        (request, nowNanos) -> worker.respond(() -> QuotaResponse.of(
                                200, PROMETHEUS, views.metrics().getBytes(StandardCharsets.UTF_8)))),
                call(
                        "GET",
                        "/memberlist",
                        (request, nowNanos) -> worker.respond(
                                () -> json(200, new StatusBody<>(StatusCode.OK, "ok", views.members())))),
                probe("/api/v1/openapi.json", (request, nowNanos) -> OpenApiFile.response()));
    }

    private QuotaRoute call(String method, String path, QuotaHandler handler) {
        return new QuotaRoute(method, path, RouteAccess.TOKEN, counted(handler));
    }

    private static QuotaRoute probe(String path, QuotaHandler handler) {
        return new QuotaRoute("GET", path, RouteAccess.PUBLIC, handler);
    }

    private QuotaHandler counted(QuotaHandler handler) {
        return (request, nowNanos) -> {
            QuotaReply reply;
            try {
                reply = handler.handle(request, nowNanos);
            } catch (BadRequestException e) {
                reply = QuotaErrors.badRequest(String.valueOf(e.getMessage()));
            }
            if (reply instanceof QuotaResponse response) {
                counters.count(response);
            } else if (reply instanceof Later later) {
                return new Later(later.response().thenApply(response -> {
                    counters.count(response);
                    return response;
                }));
            }
            return reply;
        };
    }

    // ---- calls ----

    private QuotaReply allow(QuotaRequest request, long nowNanos) throws BadRequestException {
        QuotaCall.Allow call = (QuotaCall.Allow) CallParser.call(request.body(), CallKind.ALLOW);
        QuotaCall.Allow keyed = new QuotaCall.Allow(call.step(), key(request, call));
        return ResultWriter.response(service.allow(keyed, nowNanos));
    }

    /** The key of a call: of the header, or of the body. */
    private static String key(QuotaRequest request, QuotaCall call) throws BadRequestException {
        String header = request.headers().idempotencyKey();
        if (!header.isEmpty() && !call.key().isEmpty()) {
            throw new BadRequestException("the key is given twice: as Idempotency-Key and as idempotency_key");
        }
        return header.isEmpty() ? call.key() : header;
    }

    private QuotaReply view(QuotaRequest request, long nowNanos) throws BadRequestException {
        QuotaCall.View call = (QuotaCall.View) CallParser.call(request.body(), CallKind.VIEW);
        return ResultWriter.response(service.view(call.quota()));
    }

    private QuotaReply change(QuotaRequest request, CallKind kind) throws BadRequestException {
        QuotaCall.Change call = (QuotaCall.Change) CallParser.call(request.body(), kind);
        return later(service.change(new QuotaCall.Change(call.step(), key(request, call))));
    }

    private QuotaReply renew(QuotaRequest request) throws BadRequestException {
        return later(service.renew((QuotaCall.Renew) CallParser.call(request.body(), CallKind.RENEW)));
    }

    private static QuotaReply later(CompletableFuture<CallResult> result) {
        return new Later(result.thenApply(ResultWriter::response));
    }

    private QuotaReply batch(QuotaRequest request, long nowNanos) throws BadRequestException {
        if (!request.headers().idempotencyKey().isEmpty()) {
            throw new BadRequestException("in a batch each call has a key of its own: idempotency_key");
        }
        return batches.reply(CallParser.batch(request.body(), maxBatch), nowNanos);
    }

    private QuotaReply all(QuotaRequest request, long nowNanos) throws BadRequestException {
        List<QuotaCall> steps = CallParser.steps(request.body(), AllocCommand.Change.STEPS_MAX);
        return joint.reply(steps, request.headers().idempotencyKey(), nowNanos);
    }

    private QuotaReply allocations(QuotaRequest request) throws BadRequestException {
        String namespace = request.query().required("namespace");
        String resource = request.query().required("resource");
        if (namespace.isEmpty()
                || namespace.length() > QuotaName.PART_CHARS_MAX
                || resource.isEmpty()
                || resource.length() > QuotaName.PART_CHARS_MAX) {
            throw new BadRequestException(
                    "namespace and resource must have 1 to " + QuotaName.PART_CHARS_MAX + " characters");
        }
        QuotaName quota = new QuotaName(namespace, resource);
        return new Later(alloc.holdings(quota, AllocationsWriter.LEASES_MAX)
                .handle((holdings, failure) -> holdings == null
                        ? ResultWriter.response(CallService.unavailable(failure))
                        : AllocationsWriter.response(quota, holdings)));
    }

    // ---- views ----

    private static QuotaResponse health(boolean isGood, String otherwise, Record health) {
        return isGood
                ? json(200, new StatusBody<>(StatusCode.OK, "ok", health))
                : json(500, new StatusBody<>(StatusCode.FAILED, otherwise, health));
    }

    private static QuotaResponse json(int status, Record body) {
        return QuotaResponse.json(status, JsonCodec.write(body));
    }
}
