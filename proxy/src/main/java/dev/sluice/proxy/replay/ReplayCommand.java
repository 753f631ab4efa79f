package dev.sluice.proxy.replay;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.limitsfile.LimitsFile;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.proxy.admin.json.JsonCodec;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** {@code sluice replay}: an ops log against a limits file. */
public final class ReplayCommand {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int BAD_USAGE = 2;
    private static final int LINE_CHARS_MAX = 1 << 20;
    private static final int BAD_LINES_SHOWN = 5;
    private static final int ROWS_PRINTED = 30;
    private static final String STANDARD_INPUT = "-";

    private final OpsLogParser parser = new OpsLogParser();
    private final List<String> firstBad = new ArrayList<>();
    private final LogReplay replay;
    private final OpsLogSorter sorter;
    private long lineNumber;
    private long badLines;

    private ReplayCommand(PolicyLayer limits) {
        replay = new LogReplay(limits);
        sorter = new OpsLogSorter(replay::request);
    }

    /**
     * Replays a log; returns the exit code.
     *
     * @param log a file, which may be compressed by gzip; {@code -}: the standard input
     * @param limitsFile the proposed limits
     * @param json whether to print JSON
     */
    public static int run(String log, String limitsFile, boolean json, PrintStream out, PrintStream err) {
        if (log.isEmpty() || limitsFile.isEmpty()) {
            err.println("sluice: " + (log.isEmpty() ? "which log? Name an ops log of RGW, or -" : "which limits?")
                    + (limitsFile.isEmpty() ? " Name a file with --limits" : ""));
            return BAD_USAGE;
        }
        try {
            ReadResult<PolicyLayer> limits = LimitsFile.read(Path.of(limitsFile));
            limits.problems().forEach(problem -> err.println((problem.isError() ? "error: " : "") + problem.text()));
            if (limits.value().isEmpty()) {
                return BAD_USAGE;
            }
            ReplayCommand command = new ReplayCommand(limits.value().get());
            command.read(log);
            ReplayReport report = command.finish();
            print(report, json, out);
            if (report.requests() == 0) {
                err.println("sluice: " + log + " has no entry of an ops log"
                        + (report.firstBadLines().isEmpty()
                                ? ""
                                : "; " + report.firstBadLines().get(0)));
                return FAILED;
            }
            return OK;
        } catch (InvalidPathException e) {
            err.println("sluice: no path: " + e.getInput());
            return BAD_USAGE;
        } catch (NoSuchFileException e) {
            err.println("sluice: there is no file " + e.getFile());
            return BAD_USAGE;
        } catch (IOException e) {
            err.println("sluice: " + log + " can't be read: " + reason(e));
            return FAILED;
        }
    }

    private static String reason(IOException e) {
        return e instanceof EOFException || e instanceof ZipException
                ? "it is compressed, and broken"
                : String.valueOf(e.getMessage());
    }

    private void read(String log) throws IOException {
        try (InputStream in = open(log);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            int c = lines.read();
            while (c >= 0) {
                if (c == '\n') {
                    add(line);
                } else if (line.length() <= LINE_CHARS_MAX) {
                    line.append((char) c);
                }
                c = lines.read();
            }
            add(line);
        }
    }

    private static InputStream open(String log) throws IOException {
        InputStream in =
                new BufferedInputStream(log.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(log)));
        in.mark(2);
        boolean isGzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return isGzip ? new GZIPInputStream(in) : in;
    }

    private void add(StringBuilder line) {
        lineNumber++;
        try {
            if (line.length() > LINE_CHARS_MAX) {
                throw new BadLogLineException("longer than " + LINE_CHARS_MAX + " characters");
            }
            parser.parse(line.toString()).ifPresent(sorter::add);
        } catch (BadLogLineException e) {
            badLines++;
            if (firstBad.size() < BAD_LINES_SHOWN) {
                firstBad.add("line " + lineNumber + ": " + e.text());
            }
        }
        line.setLength(0);
    }

    private ReplayReport finish() {
        sorter.finish();
        replay.finish();
        return replay.tally().report(parser, sorter.late(), badLines, firstBad, replay.exempt());
    }

    private static void print(ReplayReport report, boolean json, PrintStream out) {
        if (json) {
            out.println(new String(JsonCodec.write(report), StandardCharsets.UTF_8));
            return;
        }
        out.printf(
                Locale.ROOT,
                "%d requests from %s to %s; not limited: %d, refused by RGW for their signature: %d%n",
                report.requests(),
                report.from(),
                report.to(),
                report.exempt(),
                report.unauthenticated());
        if (report.badLines() > 0) {
            out.printf("%d lines are no entries: %s%n", report.badLines(), String.join("; ", report.firstBadLines()));
        }
        if (report.lateLines() > 0) {
            out.printf("%d entries are out of order by more than can be sorted%n", report.lateLines());
        }
        double all = Math.max(1, report.requests());
        out.printf(
                Locale.ROOT,
                "rejected: %d (%.2f %%); by shadow limits, if they were enforced: %d (%.2f %%); waited: %d%n",
                report.rejected(),
                100 * report.rejected() / all,
                report.wouldReject(),
                100 * report.wouldReject() / all,
                report.waited());
        if (report.slowedTransfers() > 0) {
            out.printf(
                    Locale.ROOT,
                    "transfers that limits on bytes hold up: %d, by %.1f s together%n",
                    report.slowedTransfers(),
                    report.slowedSeconds());
        }
        for (ReplayRow row :
                report.rows().subList(0, Math.min(ROWS_PRINTED, report.rows().size()))) {
            print(row, out);
        }
        long more = report.rows().size() + report.rowsLeftOut() - ROWS_PRINTED;
        if (more > 0) {
            out.println("and " + more + " more; --json has " + report.rows().size());
        }
    }

    private static void print(ReplayRow row, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "  %s: %d of %d requests %s by %s = %s of %s (%s), from %s to %s, most at %s: %d in the minute%n",
                row.user().isEmpty() ? "without credentials" : row.user().replaceAll("\\p{Cntrl}", "?"),
                row.rejected(),
                row.userRequests(),
                row.onExceed().name().equals("SHADOW") ? "would be rejected" : "rejected",
                row.dimension().key(),
                row.limit(),
                row.entry().replaceAll("\\p{Cntrl}", "?"),
                row.origin(),
                row.first(),
                row.last(),
                row.worstMinute(),
                row.worstMinuteRejected());
    }
}
