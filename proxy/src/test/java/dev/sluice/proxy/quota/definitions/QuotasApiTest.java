package dev.sluice.proxy.quota.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.quotasfile.QuotasFile;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.QueryParameters;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.admin.limits.AuditLog;
import dev.sluice.proxy.quota.http.QuotaHeaders;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaRequest;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.QuotaRoute;
import dev.sluice.proxy.quota.http.QuotaWorker;
import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocStep;
import dev.sluice.quota.journal.AllocStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The paths of quotas, with files, over a store in memory. */
class QuotasApiTest {
    private static final String FILE = """
            quotas {
              rate.ns.r { algorithm = window, unit = second, requests-per-unit = 10 }
              alloc.ns.r { capacity = 10, max-lease = 1h }
            }
            """;

    @TempDir
    Path folder;

    private final AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, () -> 1_000);
    private final QuotaWorker worker = new QuotaWorker();
    private QuotaSources sources;
    private PolicyMerger merger;
    private QuotasApi api;

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(folder.resolve("quotas.conf"), FILE);
        sources = sources(file, Optional.of(folder.resolve("overlay.conf")));
        merger = new PolicyMerger(sources.layers());
        AllocDefiner definer = new AllocDefiner(store);
        definer.define(merger.snapshot().allocations());
        merger.publishTo(snapshot -> definer.define(snapshot.allocations()));
        QuotaCatalog catalog = new QuotaCatalog(sources, store);
        QuotaEditor editor = new QuotaEditor(
                "node1",
                "12345678",
                sources.overlayFile().orElseThrow(),
                sources,
                catalog,
                new AuditLog(folder.resolve("audit.log")));
        api = new QuotasApi(catalog, Optional.of(editor), worker);
    }

    private static QuotaSources sources(Path file, Optional<Path> overlay) {
        Settings.Quota settings = new Settings.Quota(
                new HostPort("127.0.0.1", 0),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                QuotaRole.ALL,
                file,
                overlay,
                OptionalInt.empty(),
                65_536,
                1_000,
                Optional.empty(),
                new Settings.Alloc(Optional.empty(), Duration.ofMinutes(15), 1_000));
        return new QuotaSources(settings, QuotasFile.read(file).value().orElseThrow());
    }

    @AfterEach
    void stop() throws Exception {
        worker.close();
        store.close();
    }

    private static QuotaHeaders headers(String ifMatch, String ifNoneMatch) {
        return new QuotaHeaders("", ifMatch, ifNoneMatch, "", "10.1.2.3:4567");
    }

    private QuotaResponse call(QuotasApi to, String method, String path, QuotaHeaders headers, String body)
            throws BadRequestException {
        String[] parts = path.split("/", -1);
        for (QuotaRoute route : to.routes()) {
            String[] pattern = route.path().split("/", -1);
            boolean isOne = pattern.length == parts.length && pattern.length == 7;
            if (!route.method().equals(method) || !(isOne || route.path().equals(path))) {
                continue;
            }
            Map<String, String> parameters =
                    isOne ? Map.of("kind", parts[4], "namespace", parts[5], "resource", parts[6]) : Map.of();
            QuotaReply reply = route.handler()
                    .handle(
                            new QuotaRequest(
                                    method,
                                    path,
                                    parameters,
                                    QueryParameters.NONE,
                                    headers,
                                    body.getBytes(StandardCharsets.UTF_8)),
                            0);
            return reply instanceof QuotaReply.Later later
                    ? later.response().toCompletableFuture().join()
                    : (QuotaResponse) reply;
        }
        throw new AssertionError("no route for " + method + " " + path);
    }

    private QuotaResponse put(String path, String body) throws BadRequestException {
        return put(path, body, "", "");
    }

    private QuotaResponse put(String path, String body, String ifMatch, String ifNoneMatch) throws BadRequestException {
        return call(api, "PUT", "/api/v1/quotas/" + path, headers(ifMatch, ifNoneMatch), body);
    }

    private QuotaResponse delete(String path) throws BadRequestException {
        return call(api, "DELETE", "/api/v1/quotas/" + path, headers("", ""), "");
    }

    private QuotaResponse get(String path) throws BadRequestException {
        return call(api, "GET", "/api/v1/quotas/" + path, headers("", ""), "");
    }

    private static Map<String, Object> json(QuotaResponse response) throws Exception {
        return JsonCodec.readObject(new String(response.body(), StandardCharsets.UTF_8));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> result(QuotaResponse response) throws Exception {
        assertThat(response.status()).as(response.toString()).isEqualTo(200);
        assertThat(json(response)).containsEntry("status", 1001).containsEntry("msg", "ok");
        return (Map<String, Object>) json(response).get("result");
    }

    private static String tag(QuotaResponse response) {
        String line = response.headers()
                .lines()
                .filter(l -> l.startsWith("ETag: "))
                .findFirst()
                .orElseThrow();
        return line.substring("ETag: ".length());
    }

    private void allocate(long tokens) {
        store.submit(new AllocCommand.Change(
                        List.of(new AllocStep.Allocate(
                                new QuotaName("ns", "r"), tokens, AllocStep.ANY_VERSION, Optional.empty())),
                        Optional.empty()))
                .join();
    }

    @Test
    void quotaOfTheFile_isShownWithItsPlace() throws Exception {
        allocate(4);

        assertThat(result(get("alloc/ns/r")))
                .containsEntry("kind", "alloc")
                .containsEntry("namespace", "ns")
                .containsEntry("resource", "r")
                .containsEntry("quota", Map.of("capacity", 10, "max-lease", "1h"))
                .containsEntry("origin", folder.resolve("quotas.conf") + ":3")
                .containsEntry("overrides", "")
                .containsEntry("allocated", 4)
                .containsEntry("version", 2)
                .containsEntry("over_capacity", 0);
        assertThat(result(get("rate/ns/r")))
                .containsEntry("quota", Map.of("algorithm", "window", "unit", "second", "requests-per-unit", 10))
                .containsEntry("allocated", null);
    }

    @Test
    void unknownQuota_isNotFound() throws Exception {
        QuotaResponse response = get("alloc/ns/other");

        assertThat(response.status()).isEqualTo(404);
        assertThat(json(response)).containsEntry("status", 1002);
    }

    @Test
    void put_isInForceAtOnce_andStaysInTheFile() throws Exception {
        Map<String, Object> result = result(put("alloc/ns/new", "{\"capacity\": 7}"));

        assertThat(result).containsEntry("before", null);
        assertThat(store.view(new QuotaName("ns", "new")).orElseThrow().capacity())
                .isEqualTo(7);
        put("rate/ns/%", "{\"algorithm\":\"token-bucket\",\"unit\":\"minute\",\"requests-per-unit\":120}");
        PolicySnapshot inForce = merger.snapshot();
        assertThat(inForce.limits().quotas().of(new QuotaName("ns", "%")).isUnlimited())
                .isFalse();
        QuotaSources restarted = sources(folder.resolve("quotas.conf"), Optional.of(folder.resolve("overlay.conf")));
        assertThat(new PolicyMerger(restarted.layers()).snapshot().allocations())
                .hasSize(2);
        assertThat(restarted.overlay().value()).isEqualTo(sources.overlay().value());
    }

    @Test
    void put_comesBeforeTheFile_andDeleteBringsThatBack() throws Exception {
        put("alloc/ns/r", "{\"capacity\": \"3\"}");

        assertThat(result(get("alloc/ns/r")))
                .containsEntry("quota", Map.of("capacity", 3))
                .containsEntry("overrides", folder.resolve("quotas.conf") + ":3");
        assertThat(store.view(new QuotaName("ns", "r")).orElseThrow().capacity())
                .isEqualTo(3);

        result(delete("alloc/ns/r"));

        assertThat(store.view(new QuotaName("ns", "r")).orElseThrow().capacity())
                .isEqualTo(10);
        assertThat(result(get("alloc/ns/r"))).containsEntry("overrides", "");
    }

    @Test
    void capacityBelowWhatIsAllocated_isAllowed_andShown() throws Exception {
        allocate(8);

        put("alloc/ns/r", "{\"capacity\": 5}");

        assertThat(result(get("alloc/ns/r"))).containsEntry("allocated", 8).containsEntry("over_capacity", 3);
    }

    @Test
    void deletedQuota_closes_untilAllIsFreed() throws Exception {
        put("alloc/x/y", "{\"capacity\": 5}");
        store.submit(new AllocCommand.Change(
                        List.of(new AllocStep.Allocate(
                                new QuotaName("x", "y"), 2, AllocStep.ANY_VERSION, Optional.empty())),
                        Optional.empty()))
                .join();

        result(delete("alloc/x/y"));

        assertThat(result(get("alloc/x/y")))
                .containsEntry("quota", null)
                .containsEntry("origin", "")
                .containsEntry("allocated", 2);
    }

    @Test
    void conditions_areKept() throws Exception {
        String tag = tag(get("alloc/ns/r"));

        assertThat(put("alloc/ns/r", "{\"capacity\": 4}", "\"other\"", "").status())
                .isEqualTo(412);
        assertThat(put("alloc/ns/new", "{\"capacity\": 4}", "*", "").status()).isEqualTo(412);
        assertThat(put("alloc/ns/r", "{\"capacity\": 4}", "", "*").status()).isEqualTo(412);
        assertThat(put("alloc/ns/r", "{\"capacity\": 4}", "\"other\", " + tag, "")
                        .status())
                .isEqualTo(200);
        assertThat(put("alloc/ns/r", "{\"capacity\": 5}", tag, "").status()).isEqualTo(412);
        assertThat(put("alloc/ns/new", "{\"capacity\": 4}", "", "*").status()).isEqualTo(200);
        assertThat(tag(get("alloc/ns/r"))).isNotEqualTo(tag);
    }

    @Test
    void badBody_isExplained_andChangesNothing() throws Exception {
        QuotaResponse response = put("alloc/ns/r", "{\"capacity\": -1}");

        assertThat(response.status()).isEqualTo(400);
        assertThat(json(response)).containsEntry("status", 1004);
        assertThat((String) json(response).get("msg")).contains("capacity: \"-1\" is not a number of tokens");
        assertThat(put("alloc/ns/r", "{\"capacity\": 1, \"burst\": 1}").status())
                .isEqualTo(400);
        assertThat(put("rate/ns/r", "{}").status()).isEqualTo(400);
        assertThatThrownBy(() -> put("alloc/ns/r", "{\"capacity\": 1} x")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> put("alloc/ns/r", "{\"capacity\": [1]}")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> put("alloc/ns/*", "{\"capacity\": 1}")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> put("other/ns/r", "{}")).isInstanceOf(BadRequestException.class);
        assertThat(folder.resolve("overlay.conf")).doesNotExist();
    }

    @Test
    void delete_ofAQuotaOfTheFile_namesTheFile() throws Exception {
        QuotaResponse response = delete("alloc/ns/r");

        assertThat(response.status()).isEqualTo(409);
        assertThat((String) json(response).get("msg")).contains("quotas.conf:3; remove it there");
        assertThat(delete("alloc/ns/other").status()).isEqualTo(404);
    }

    @Test
    void changes_areInTheAuditLog() throws Exception {
        put("alloc/ns/r", "{\"capacity\": 4}");
        delete("alloc/ns/r");

        List<String> lines = Files.readAllLines(folder.resolve("audit.log"));
        assertThat(lines).hasSize(2);
        assertThat(JsonCodec.readObject(lines.get(0)))
                .containsEntry("node", "node1")
                .containsEntry("address", "10.1.2.3:4567")
                .containsEntry("token", "12345678")
                .containsEntry("action", "set")
                .containsEntry("entry", "alloc ns/r")
                .containsEntry("before", Map.of("capacity", "10", "max-lease", "1h"))
                .containsEntry("after", Map.of("capacity", "4"));
        assertThat(JsonCodec.readObject(lines.get(1)))
                .containsEntry("action", "delete")
                .containsEntry("after", null);
    }

    @Test
    void changeThatCantBeRecorded_isRefused() throws Exception {
        Files.createDirectory(folder.resolve("audit.log"));

        QuotaResponse response = put("alloc/ns/r", "{\"capacity\": 4}");

        assertThat(response.status()).isEqualTo(503);
        assertThat((String) json(response).get("msg")).startsWith("nothing was changed: ");
        assertThat(store.view(new QuotaName("ns", "r")).orElseThrow().capacity())
                .isEqualTo(10);
    }

    @Test
    void brokenOverlay_isNotOverwritten() throws Exception {
        Files.writeString(folder.resolve("overlay.conf"), "quotas {");

        assertThat(put("alloc/ns/r", "{\"capacity\": 4}").status()).isEqualTo(409);
        assertThat(folder.resolve("overlay.conf")).hasContent("quotas {");
    }

    @Test
    void export_isAQuotasFile() throws Exception {
        put("alloc/a/b", "{\"capacity\": 4}");

        QuotaResponse response = call(api, "GET", "/api/v1/quotas/export", headers("", ""), "");

        assertThat(response.contentType()).startsWith("text/plain");
        Path exported = Files.write(folder.resolve("exported.conf"), response.body());
        var layer = QuotasFile.read(exported).value().orElseThrow();
        assertThat(layer.allocations()).isEqualTo(merger.snapshot().allocations());
        assertThat(layer.limits().quotas()).isEqualTo(merger.snapshot().limits().quotas());
    }

    @Test
    void list_hasAll_inOrder() throws Exception {
        put("alloc/a/b", "{\"capacity\": 4}");
        put("rate/zz/*", "{\"algorithm\":\"window\",\"unit\":\"day\",\"requests-per-unit\":1}");

        Map<String, Object> result = result(call(api, "GET", "/api/v1/quotas", headers("", ""), ""));

        assertThat((List<?>) result.get("quotas"))
                .extracting(quota -> ((Map<?, ?>) quota).get("kind") + "/" + ((Map<?, ?>) quota).get("namespace") + "/"
                        + ((Map<?, ?>) quota).get("resource"))
                .containsExactly("rate/ns/r", "rate/zz/*", "alloc/a/b", "alloc/ns/r");
        assertThat(result).containsEntry("next", null);
    }

    @Test
    void withoutAnOverlay_nothingCanBeSet() throws Exception {
        QuotasApi fixed = new QuotasApi(new QuotaCatalog(sources, store), Optional.empty(), worker);

        assertThat(call(fixed, "PUT", "/api/v1/quotas/alloc/ns/r", headers("", ""), "{\"capacity\": 1}")
                        .status())
                .isEqualTo(409);
        assertThat(call(fixed, "GET", "/api/v1/quotas/alloc/ns/r", headers("", ""), "")
                        .status())
                .isEqualTo(200);
    }
}
