package dev.sluice.proxy.cli;

import dev.sluice.proxy.admin.limits.OperationNames;
import dev.sluice.proxy.client.ClusterLimitsCommand;
import dev.sluice.proxy.client.ExplainCommand;
import dev.sluice.proxy.client.ImportLimitsCommand;
import dev.sluice.proxy.replay.ReplayCommand;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** The table of commands. A new command is one entry here, and one in the {@code sluice} script. */
final class Commands {
    /** Where settings are by default. A package sets it. */
    private static final String FOLDER = System.getProperty("sluice.config", "config");

    private static final CommandOption SETTINGS = CommandOption.config(FOLDER + "/sluice.conf");
    private static final CommandOption RELAY_SETTINGS = CommandOption.config(FOLDER + "/relay.conf");
    private static final CommandOption QUOTA_SETTINGS = CommandOption.config(FOLDER + "/quota-service.conf");
    private static final CommandOption KEY_TARGET = CommandOption.argument(
            "DIR|FILE", "Where to; a directory: under the machine's name; default: this directory", ".");

    private static final CommandOption ADMIN = CommandOption.value(
            "--admin",
            "URL[,URL]",
            "The admin port of a sidecar, or of several; default: $SLUICE_ADMIN, else http://127.0.0.1:9090");
    private static final CommandOption TOKEN_FILE = CommandOption.value(
            "--token-file",
            "FILE",
            "Holds the admin token; default: $SLUICE_ADMIN_TOKEN_FILE, else the token itself in $SLUICE_ADMIN_TOKEN");
    private static final CommandOption JSON = CommandOption.flag("--json", "Prints JSON, as the sidecar sends it.");
    private static final CommandOption USER =
            CommandOption.value("--user", "USER", "UID or TENANT$UID; default: a request without credentials");
    private static final CommandOption BUCKET =
            CommandOption.value("--bucket", "BUCKET", "NAME or TENANT:NAME; default: none");
    private static final CommandOption OPERATION =
            new CommandOption(List.of("--op"), "OP", OperationNames.KNOWN + "; default: read", "read");
    private static final CommandOption ADDRESS = CommandOption.value(
            "--address",
            "IP",
            "Of a client whose access key is not proven: adds the limit of its address; default: it is proven");
    private static final CommandOption EXPLAIN =
            CommandOption.flag("--explain", "With list: where each limit is set, and what it overrides.");
    private static final CommandOption ACTION = CommandOption.arguments(
            "ACTION",
            "list; set ENTRY KEY=VALUE...; delete ENTRY; import (RGW's own rate limits, by the settings file, as a limits"
                    + " file on the standard output). ENTRY: user NAME, bucket NAME, tenant NAME, each-user,"
                    + " each-bucket, anonymous or total. KEY= removes a key.");
    private static final CommandOption RGW_UID =
            new CommandOption(List.of("--uid"), "UID", "The user; default: sluice", "sluice");
    private static final CommandOption RADOSGW_ADMIN = new CommandOption(
            List.of("--radosgw-admin"),
            "COMMAND",
            "How radosgw-admin is run, such as \"cephadm shell -- radosgw-admin\"",
            "radosgw-admin");
    private static final CommandOption SECRET_TARGET = CommandOption.argument(
            "DIR|FILE", "Where the secret key is written; default: rgw-admin.secret in this directory", ".");

    private static final CommandOption GATEWAYS = CommandOption.value(
            "--gateways", "N", "With import: multiplies each limit by N, where RGW's limits were divided by it");
    private static final CommandOption LOG = CommandOption.argument(
            "LOG", "An ops log of RGW, a JSON object a line; may be gzip; -: standard input", "");
    private static final CommandOption LIMITS =
            CommandOption.value("--limits", "FILE", "The proposed limits, a file such as config/limits.conf");
    private static final CommandOption REPLAY_JSON = CommandOption.flag("--json", "Prints JSON.");

    static final List<Command> ALL = List.of(
            new Command(
                    "proxy",
                    "Runs the sidecar in the foreground; SIGTERM drains.",
                    List.of(SETTINGS),
                    (input, out, err) -> ProxyCommand.run(input.value(SETTINGS), out, err)),
            new Command(
                    "check",
                    "Checks settings, limits and quotas and prints what is wrong with them; exit code 2 if anything is.",
                    List.of(SETTINGS),
                    (input, out, err) -> CheckCommand.run(input.value(SETTINGS), out, err)),
            new Command(
                    "relay",
                    "Forwards the reports of sidecars to each other, in the foreground, for clusters of more than 64.",
                    List.of(RELAY_SETTINGS),
                    (input, out, err) -> RelayCommand.run(input.value(RELAY_SETTINGS), out, err)),
            new Command(
                    "quota",
                    "Runs the quota service without a gateway, in the foreground; SIGTERM drains.",
                    List.of(QUOTA_SETTINGS),
                    (input, out, err) -> QuotaServiceCommand.run(input.value(QUOTA_SETTINGS), out, err)),
            new Command(
                    "keygen",
                    "Makes the keys by which a sidecar and its peers know each other (sync.curve): a secret file,"
                            + " and a public one (.pub) beside it. Overwrites nothing.",
                    List.of(KEY_TARGET),
                    (input, out, err) -> KeygenCommand.run(input.value(KEY_TARGET), out, err)),
            new Command(
                    "explain",
                    "Asks a running sidecar which limits apply to a request, where each is set, which one decides, and"
                            + " what is left.",
                    List.of(USER, BUCKET, OPERATION, ADDRESS, ADMIN, TOKEN_FILE, JSON),
                    Commands::explain),
            new Command(
                    "limits",
                    "Shows and changes the limits of running sidecars. A change is written to the sidecar's overlay"
                            + " file, which comes before its limits file, and is in force at once.",
                    List.of(ACTION, EXPLAIN, ADMIN, TOKEN_FILE, JSON, SETTINGS, GATEWAYS),
                    Commands::limits),
            new Command(
                    "rgw-user",
                    "Makes the user of RGW by whose key a sidecar asks for users and limits (rgw-admin), or prints how."
                            + " Overwrites nothing.",
                    List.of(RGW_UID, RADOSGW_ADMIN, SECRET_TARGET),
                    (input, out, err) -> RgwUserCommand.run(
                            input.value(RADOSGW_ADMIN), input.value(RGW_UID), input.value(SECRET_TARGET), out, err)),
            new Command(
                    "replay",
                    "Plays an ops log of RGW through the limiter, to show which users proposed limits would have refused, when"
                            + " and how much. Touches no sidecar.",
                    List.of(LOG, LIMITS, REPLAY_JSON),
                    (input, out, err) -> ReplayCommand.run(
                            input.value(LOG), input.value(LIMITS), input.isSet(REPLAY_JSON), out, err)),
            new Command("warm-up", "", List.of(), (input, out, err) -> ClassArchiveWarmUp.run(err)));

    private Commands() {}

    private static int explain(CommandInput input, PrintStream out, PrintStream err) {
        return ExplainCommand.run(
                new ExplainCommand.ExplainInput(
                        input.value(USER),
                        input.value(BUCKET),
                        input.value(OPERATION),
                        input.value(ADDRESS),
                        input.value(ADMIN),
                        input.value(TOKEN_FILE),
                        input.isSet(JSON)),
                out,
                err);
    }

    private static int limits(CommandInput input, PrintStream out, PrintStream err) {
        if (input.arguments().equals(List.of("import"))) {
            return ImportLimitsCommand.run(input.value(SETTINGS), input.value(GATEWAYS), out, err);
        }
        return ClusterLimitsCommand.run(
                new ClusterLimitsCommand.LimitsInput(
                        input.arguments(),
                        input.value(ADMIN),
                        input.value(TOKEN_FILE),
                        input.isSet(EXPLAIN),
                        input.isSet(JSON)),
                out,
                err);
    }

    static Optional<Command> named(String name) {
        return ALL.stream().filter(command -> command.name().equals(name)).findFirst();
    }
}
