package dev.sluice.proxy.cli;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Parses a command line and writes help, by the table of {@link Commands}. The commands are described to picocli in code:
 * reading annotations would cost a good part of the time to the first response.
 */
final class CommandLineParser {
    private CommandLineParser() {}

    /** Parses, and runs the command or shows its help; returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            ParseResult parsed = commandLine().parseArgs(args);
            List<CommandLine> chain = parsed.asCommandLineList();
            CommandLine last = chain.get(chain.size() - 1);
            if (last.isUsageHelpRequested() || chain.size() == 1) {
                last.usage(args.length == 0 ? err : out);
                return args.length == 0 ? Main.BAD_USAGE : Main.OK;
            }
            Command command = Commands.named(last.getCommandName()).orElseThrow();
            return command.runner().run(input(command, parsed.subcommand()), out, err);
        } catch (ParameterException e) {
            boolean isCommandKnown = args.length > 0 && Commands.named(args[0]).isPresent();
            err.println("sluice: " + problem(e, args[0]));
            err.println("Try: sluice " + (isCommandKnown ? args[0] + " " : "") + "--help");
            return Main.BAD_USAGE;
        }
    }

    /** What nothing here knows is not shown but for the name of an option: a token may have been given by it. */
    private static String problem(ParameterException e, String firstWord) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(e.getMessage());
        }
        String first = unmatched.getUnmatched().get(0);
        if (first.startsWith("-")) {
            return "there is no option " + first.split("=", 2)[0];
        }
        return first.equals(firstWord)
                ? "there is no command " + first
                : "there are more words than this command takes";
    }

    private static CommandInput input(Command command, ParseResult parsed) {
        Map<CommandOption, String> values = new HashMap<>();
        List<String> arguments = List.of();
        for (CommandOption option : command.options()) {
            if (option.isArguments()) {
                arguments = parsed.matchedPositionalValue(0, List.of());
            } else if (option.isFlag()) {
                values.put(option, parsed.hasMatchedOption(option.names().get(0)) ? "true" : "");
            } else {
                String value = option.isArgument()
                        ? parsed.matchedPositionalValue(0, option.defaultValue())
                        : parsed.matchedOptionValue(option.names().get(0), option.defaultValue());
                values.put(option, value);
            }
        }
        return new CommandInput(values, arguments);
    }

    private static CommandLine commandLine() {
        CommandSpec root = CommandSpec.create().name("sluice");
        root.usageMessage().description("Holds users and buckets of Ceph's S3 gateways to cluster-wide limits.");
        root.mixinStandardHelpOptions(false).addOption(help());
        Commands.ALL.stream()
                .filter(Command::isListed)
                .forEach(command -> root.addSubcommand(command.name(), spec(command)));
        return new CommandLine(root);
    }

    private static CommandSpec spec(Command command) {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(command.description());
        spec.addOption(help());
        for (CommandOption option : command.options()) {
            if (option.isArguments()) {
                spec.addPositional(PositionalParamSpec.builder()
                        .paramLabel(option.label())
                        .index("0..*")
                        .arity("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(option.description())
                        .hideParamSyntax(true)
                        .build());
            } else if (option.isFlag()) {
                spec.addOption(OptionSpec.builder(option.names().toArray(String[]::new))
                        .description(option.description())
                        .build());
            } else if (option.isArgument()) {
                spec.addPositional(PositionalParamSpec.builder()
                        .paramLabel(option.label())
                        .index("0")
                        .arity("0..1")
                        .type(String.class)
                        .description(option.description())
                        .build());
            } else {
                spec.addOption(OptionSpec.builder(option.names().toArray(String[]::new))
                        .paramLabel(option.label())
                        .type(String.class)
                        .description(option.description())
                        .build());
            }
        }
        return spec;
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Shows this and ends.")
                .build();
    }
}
