package dev.sluice.proxy.client;

import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** {@code sluice explain}: which limits apply to a request, where each is set, which decides, and what is left. */
public final class ExplainCommand {
    private ExplainCommand() {}

    /**
     * What the command was given.
     *
     * @param user empty: without credentials
     * @param bucket empty: none
     * @param operation a class, an HTTP method or a name of S3
     * @param address of a client whose access key is not proven; empty: it is
     * @param admin as {@link AdminTarget} reads it
     * @param tokenFile likewise
     * @param json whether to print the response as it came
     */
    public record ExplainInput(
            String user,
            String bucket,
            String operation,
            String address,
            String admin,
            String tokenFile,
            boolean json) {}

    /** Prints the explanation of each sidecar; returns the exit code. */
    public static int run(ExplainInput input, PrintStream out, PrintStream err) {
        try {
            AdminTarget target = AdminTarget.of(input.admin(), input.tokenFile(), System.getenv());
            for (URI url : target.urls()) {
                AdminReply reply = new AdminHttpClient(url, target.token()).get(path(input));
                if (input.json()) {
                    out.println(reply.text());
                } else {
                    print(reply.body(), out);
                }
            }
            return ExitCode.OK;
        } catch (CommandFailure e) {
            err.println("sluice: " + e.text());
            return e.exitCode();
        }
    }

    private static String path(ExplainInput input) {
        return "/api/v1/explain?user=" + AdminHttpClient.encoded(input.user()) + "&bucket="
                + AdminHttpClient.encoded(input.bucket()) + "&op=" + AdminHttpClient.encoded(input.operation())
                + (input.address().isEmpty() ? "" : "&address=" + AdminHttpClient.encoded(input.address()));
    }

    private static void print(Map<String, Object> body, PrintStream out) {
        String user = JsonValues.text(body, "user");
        String bucket = JsonValues.text(body, "bucket");
        String address = JsonValues.text(body, "address");
        out.println((user.isEmpty() ? "without credentials" : user) + (bucket.isEmpty() ? "" : ", bucket " + bucket)
                + (address.isEmpty() ? "" : ", not proven, from " + address) + ", " + JsonValues.text(body, "operation")
                + ", on " + JsonValues.text(body, "node") + ":");
        out.println(JsonValues.text(body, "summary"));
        List<Map<String, Object>> limits = JsonValues.objects(body, "limits");
        if (limits.isEmpty()) {
            return;
        }
        TextTable table = new TextTable();
        table.row(List.of("", "LIMIT", "ENTRY", "SET IN", "ON EXCEED", "USED", "LEFT", "AT ONCE HERE", "ROOM IN"));
        limits.forEach(limit -> table.row(row(limit)));
        table.lines().forEach(out::println);
    }

    private static List<String> row(Map<String, Object> limit) {
        String atOnce = JsonValues.text(limit, "at_once_here");
        String wait = JsonValues.text(limit, "wait_seconds");
        String room = wait.isEmpty() ? "never" : wait + " s";
        return List.of(
                JsonValues.flag(limit, "binds") ? ">" : "",
                JsonValues.text(limit, "dimension") + " = " + JsonValues.text(limit, "limit"),
                JsonValues.text(limit, "entry"),
                JsonValues.text(limit, "origin"),
                JsonValues.text(limit, "on_exceed"),
                JsonValues.text(limit, "used"),
                JsonValues.text(limit, "remaining"),
                atOnce.isEmpty() ? "-" : atOnce,
                JsonValues.flag(limit, "has_room") ? "now" : room);
    }
}
