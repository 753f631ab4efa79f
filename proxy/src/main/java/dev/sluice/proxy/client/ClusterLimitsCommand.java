package dev.sluice.proxy.client;

import dev.sluice.proxy.admin.json.JsonCodec;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sluice limits list|set|delete}: shows and changes the limits of running sidecars. */
public final class ClusterLimitsCommand {
    private final LimitsInput input;
    private final PrintStream out;
    private final PrintStream err;

    private ClusterLimitsCommand(LimitsInput input, PrintStream out, PrintStream err) {
        this.input = input;
        this.out = out;
        this.err = err;
    }

    /**
     * What the command was given.
     *
     * @param words the action, and what it acts on
     * @param admin as {@link AdminTarget} reads it
     * @param tokenFile likewise
     * @param explain whether a list names the places that limits are set in
     * @param json whether to print responses as they came
     */
    public record LimitsInput(List<String> words, String admin, String tokenFile, boolean explain, boolean json) {
        public LimitsInput {
            words = List.copyOf(words);
        }
    }

    /** Does it; returns the exit code. */
    public static int run(LimitsInput input, PrintStream out, PrintStream err) {
        try {
            new ClusterLimitsCommand(input, out, err).run();
            return ExitCode.OK;
        } catch (CommandFailure e) {
            err.println("sluice: " + e.text());
            return e.exitCode();
        }
    }

    private void run() throws CommandFailure {
        String action = input.words().isEmpty() ? "" : input.words().get(0);
        List<String> rest = input.words().isEmpty()
                ? List.of()
                : input.words().subList(1, input.words().size());
        AdminTarget target = AdminTarget.of(input.admin(), input.tokenFile(), System.getenv());
        List<AdminHttpClient> clients = new ArrayList<>();
        for (URI url : target.urls()) {
            clients.add(new AdminHttpClient(url, target.token()));
        }
        switch (action) {
            case "list" -> list(clients.get(0), rest);
            case "set" -> set(clients, rest);
            case "delete" -> delete(clients, rest);
            default ->
                throw new CommandFailure(
                        ExitCode.BAD_USAGE,
                        (action.isEmpty() ? "what to do?" : "\"" + action + "\" can't be done to limits;")
                                + " use list, set, delete or import");
        }
    }

    // ---- list ----

    private void list(AdminHttpClient client, List<String> rest) throws CommandFailure {
        if (!rest.isEmpty()) {
            throw new CommandFailure(ExitCode.BAD_USAGE, "list takes no \"" + rest.get(0) + "\"");
        }
        TextTable table = new TextTable();
        table.row(
                input.explain()
                        ? List.of("ENTRY", "LIMIT", "METER", "ON EXCEED", "SET IN", "INSTEAD OF")
                        : List.of("ENTRY", "LIMIT", "METER", "ON EXCEED"));
        String after = "";
        do {
            String query = after.isEmpty() ? "" : "?after=" + AdminHttpClient.encoded(after);
            AdminReply reply = client.get("/api/v1/limits" + query);
            if (input.json()) {
                out.println(reply.text());
            }
            JsonValues.objects(reply.body(), "entries").forEach(entry -> addRows(entry, table));
            after = JsonValues.text(reply.body(), "next");
        } while (!after.isEmpty());
        if (!input.json()) {
            table.lines().forEach(out::println);
        }
    }

    private void addRows(Map<String, Object> entry, TextTable to) {
        String name = JsonValues.text(entry, "entry");
        List<Map<String, Object>> limits = JsonValues.objects(entry, "limits");
        if (limits.isEmpty()) {
            to.row(List.of(name, "unlimited"));
        }
        for (Map<String, Object> limit : limits) {
            List<String> cells = new ArrayList<>(List.of(
                    name,
                    JsonValues.text(limit, "dimension") + " = " + JsonValues.text(limit, "limit"),
                    JsonValues.text(limit, "meter"),
                    JsonValues.text(limit, "on_exceed")));
            if (input.explain()) {
                cells.add(JsonValues.text(limit, "origin"));
                cells.add(JsonValues.texts(entry, "overrides"));
            }
            to.row(cells);
        }
    }

    // ---- set and delete ----

    private void set(List<AdminHttpClient> clients, List<String> rest) throws CommandFailure {
        EntryPath entry = EntryPath.parse(rest);
        Map<String, String> wanted = keys(rest.subList(entry.words(), rest.size()));
        for (AdminHttpClient client : clients) {
            Optional<AdminReply> before = client.find(entry.path());
            Map<String, Object> keys =
                    before.map(reply -> JsonValues.object(reply.body(), "set")).orElseGet(LinkedHashMap::new);
            if (before.isEmpty() && !entry.fallback().isEmpty()) {
                keys = inherited(client, entry);
            }
            for (Map.Entry<String, String> key : wanted.entrySet()) {
                if (key.getValue().isEmpty()) {
                    keys.remove(key.getKey());
                } else {
                    keys.put(key.getKey(), key.getValue());
                }
            }
            String body = new String(JsonCodec.write(keys), StandardCharsets.UTF_8);
            String tag = before.map(AdminReply::etag).orElse("");
            report(client, client.change("PUT", entry.path(), tag, body));
        }
    }

    /** A user's first own entry replaces each-user as a whole: what is not to change has to be in it. */
    private Map<String, Object> inherited(AdminHttpClient client, EntryPath entry) throws CommandFailure {
        Optional<AdminReply> fallback = client.find("/api/v1/limits/" + entry.fallback());
        Map<String, Object> keys =
                fallback.map(reply -> JsonValues.object(reply.body(), "set")).orElseGet(LinkedHashMap::new);
        if (!keys.isEmpty()) {
            err.println("sluice: " + entry.text() + " is new and gets the other limits of " + entry.fallback());
        }
        return keys;
    }

    private static Map<String, String> keys(List<String> words) throws CommandFailure {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new CommandFailure(
                        ExitCode.BAD_USAGE, "\"" + word + "\" sets nothing; write KEY=VALUE, such as read-ops=100/s");
            }
            keys.put(
                    word.substring(0, equals).strip(),
                    word.substring(equals + 1).strip());
        }
        if (keys.isEmpty()) {
            throw new CommandFailure(ExitCode.BAD_USAGE, "set what? Write KEY=VALUE, such as read-ops=100/s");
        }
        return keys;
    }

    private void delete(List<AdminHttpClient> clients, List<String> rest) throws CommandFailure {
        EntryPath entry = EntryPath.parse(rest);
        if (rest.size() > entry.words()) {
            throw new CommandFailure(
                    ExitCode.BAD_USAGE,
                    "delete removes an entry as a whole; to remove one limit: set "
                            + String.join(" ", rest.subList(0, entry.words())) + " KEY=");
        }
        for (AdminHttpClient client : clients) {
            report(client, client.change("DELETE", entry.path(), "", ""));
        }
    }

    private void report(AdminHttpClient client, AdminReply reply) {
        if (input.json()) {
            out.println(reply.text());
            return;
        }
        Map<String, Object> body = reply.body();
        out.println(JsonValues.text(body, "entry") + ": " + limits(JsonValues.object(body, "before")) + " -> "
                + limits(JsonValues.object(body, "after")) + ", in force at " + client.url());
        for (Map<String, Object> sidecar : JsonValues.objects(body, "sidecars")) {
            String state = switch (JsonValues.text(sidecar, "limits")) {
                case "same" -> "has the same limits";
                case "different" -> "has other limits; make the change there too";
                default -> "has not reported its limits";
            };
            out.println("  " + JsonValues.text(sidecar, "node") + " " + state);
        }
    }

    private static String limits(Map<String, Object> entry) {
        if (entry.isEmpty()) {
            return "none";
        }
        List<String> texts = new ArrayList<>();
        for (Map<String, Object> limit : JsonValues.objects(entry, "limits")) {
            String exceed = JsonValues.text(limit, "on_exceed");
            texts.add(JsonValues.text(limit, "dimension") + " = " + JsonValues.text(limit, "limit")
                    + (exceed.equals("reject") ? "" : " (" + exceed + ")"));
        }
        return texts.isEmpty() ? "unlimited" : String.join(", ", texts);
    }
}
