package dev.sluice.proxy.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command line of the application jar. Commands are described in code, not by annotations: reading those would cost
 * a good part of the time to the first answer.
 */
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    public static final int BAD_USAGE = 2;
    static final String DEFAULT_CONFIG = "config/sluice.conf";

    private Main() {}

    /** Runs a command and exits with its code: 0 done, 1 failed, 2 bad usage or bad configuration. */
    public static void main(String[] args) {
        int code = run(args, System.out, System.err);
        LogShutdown.flush();
        System.exit(code);
    }

    public static int run(String[] args, PrintStream out, PrintStream err) {
        boolean plain = args.length == 1 || (args.length == 3 && args[1].equals("-c") && !args[2].startsWith("-"));
        if (plain && !args[0].startsWith("-")) {
            // The way that services are started. The classes of picocli are too old to be archived for a quick start.
            return run(args[0], args.length == 1 ? DEFAULT_CONFIG : args[2], args, out, err);
        }
        return parse(args, out, err);
    }

    private static int run(String command, String file, String[] args, PrintStream out, PrintStream err) {
        return switch (command) {
            case "proxy" -> ProxyCommand.run(file, out, err);
            case "check" -> CheckCommand.run(file, out, err);
            case "relay" -> RelayCommand.run(args.length == 1 ? RelayCommand.DEFAULT_CONFIG : file, out, err);
            case "warm-up" -> ClassArchiveWarmUp.run(err);
            default -> parse(args, out, err);
        };
    }

    private static int parse(String[] args, PrintStream out, PrintStream err) {
        CommandLine root = commandLine();
        try {
            ParseResult parsed = root.parseArgs(args);
            List<CommandLine> chain = parsed.asCommandLineList();
            CommandLine last = chain.get(chain.size() - 1);
            if (last.isUsageHelpRequested() || chain.size() == 1) {
                last.usage(args.length == 0 ? err : out);
                return args.length == 0 ? BAD_USAGE : OK;
            }
            if (last.getCommandName().equals("keygen")) {
                return KeygenCommand.run(parsed.subcommand().matchedPositionalValue(0, "."), out, err);
            }
            if (last.getCommandName().equals("relay")) {
                return RelayCommand.run(
                        parsed.subcommand().matchedOptionValue("--config", RelayCommand.DEFAULT_CONFIG), out, err);
            }
            String file = parsed.subcommand().matchedOptionValue("--config", DEFAULT_CONFIG);
            return switch (last.getCommandName()) {
                case "proxy" -> ProxyCommand.run(file, out, err);
                case "check" -> CheckCommand.run(file, out, err);
                default -> throw new IllegalStateException(last.getCommandName());
            };
        } catch (ParameterException e) {
            err.println("sluice: " + e.getMessage());
            err.println("Try: sluice " + hint(args) + "--help");
            return BAD_USAGE;
        }
    }

    private static String hint(String[] args) {
        return args.length > 0
                        && Arrays.asList("proxy", "check", "relay", "keygen").contains(args[0])
                ? args[0] + " "
                : "";
    }

    private static CommandLine commandLine() {
        CommandSpec root = CommandSpec.create().name("sluice");
        root.usageMessage().description("Holds users and buckets of Ceph's S3 gateways to cluster-wide limits.");
        root.mixinStandardHelpOptions(false).addOption(help());
        root.addSubcommand("proxy", command("Runs the sidecar in the foreground; SIGTERM drains.", DEFAULT_CONFIG));
        root.addSubcommand(
                "check",
                command(
                        "Reads settings and limits and says what is wrong with them; exit code 2 if anything.",
                        DEFAULT_CONFIG));
        root.addSubcommand(
                "relay",
                command(
                        "Passes the reports of sidecars on to each other, in the foreground, for clusters of more than 64.",
                        RelayCommand.DEFAULT_CONFIG));
        root.addSubcommand("keygen", keygen());
        return new CommandLine(root);
    }

    private static CommandSpec keygen() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage()
                .description(
                        "Makes the keys by which a sidecar and its peers know each other (sync.curve): a secret file,"
                                + " and a public one (.pub) beside it. Overwrites nothing.");
        spec.addOption(help());
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("DIR|FILE")
                .index("0")
                .arity("0..1")
                .type(String.class)
                .description("Where to; a directory: under the machine's name; default: this directory")
                .build());
        return spec;
    }

    private static CommandSpec command(String description, String defaultFile) {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(description);
        spec.addOption(help());
        spec.addOption(OptionSpec.builder("-c", "--config")
                .paramLabel("FILE")
                .type(String.class)
                .description("The settings file; default: " + defaultFile)
                .build());
        return spec;
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Shows this and ends.")
                .build();
    }
}
