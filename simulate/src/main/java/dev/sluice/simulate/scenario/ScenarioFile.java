package dev.sluice.simulate.scenario;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OnExceed.Action;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.Sharing;
import dev.sluice.simulate.scenario.Scenario.Balance;
import dev.sluice.simulate.scenario.Scenario.Event;
import dev.sluice.simulate.scenario.Scenario.Goals;
import dev.sluice.simulate.scenario.Scenario.Load;
import dev.sluice.simulate.scenario.Scenario.Network;
import dev.sluice.simulate.scenario.Scenario.Pattern;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** Reads scenario files, in HOCON; every key has a check and a hint. */
public final class ScenarioFile {
    private static final long DURATION_NANOS_MAX = 48 * 3600 * Scenario.SECOND_NANOS;
    /** In periods of the limit: memory grows with it. */
    private static final long PERIODS_MAX = 3600;

    /** What an operation of the limit is. */
    private enum Counts {
        OPERATIONS,
        TOKENS
    }

    private static final long TOKENS_MAX = 1_000_000_000L;
    private static final int LOADS_MAX = 64;
    private static final int CLIENTS_MAX = 100_000;

    private ScenarioFile() {}

    public static Scenario read(Path file) throws BadScenarioException {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new BadScenarioException(file.toString(), 1, "", "can't be read (" + e + ")", "name a scenario file");
        }
    }

    public static Scenario parse(String file, String text) throws BadScenarioException {
        Config config;
        try {
            config = ConfigFactory.parseReader(
                    new StringReader(text),
                    ConfigParseOptions.defaults().setOriginDescription(file).setAllowMissing(false));
        } catch (ConfigException e) {
            int line = e.origin() == null ? 1 : e.origin().lineNumber();
            throw new BadScenarioException(file, line, "", String.valueOf(e.getMessage()), "correct the syntax");
        }
        ScenarioSection root = new ScenarioSection(file, "", config.root());
        if (!(config.root().get("scenario") instanceof ConfigObject)) {
            throw new BadScenarioException(file, 1, "scenario", "is missing", "write scenario { ... }");
        }
        root.has("scenario");
        root.finish();
        ScenarioSection fields = new ScenarioSection(
                file, "scenario", (ConfigObject) config.root().get("scenario"));
        Scenario scenario = scenario(fields);
        fields.finish();
        return scenario;
    }

    private static Scenario scenario(ScenarioSection f) throws BadScenarioException {
        int nodes = f.whole("nodes", 1, Scenario.NODES_MAX, null);
        MeterAlgorithm meter = f.word("meter", MeterAlgorithm.class, MeterAlgorithm.WINDOW);
        Sharing sharing = f.word("sharing", Sharing.class, Sharing.PACED);
        long burstNanos = f.duration("burst", 1_000_000, 0L);
        Limit limit = limit(f, meter, sharing, burstNanos);
        boolean isQuota = f.word("counts", Counts.class, Counts.OPERATIONS) == Counts.TOKENS;
        if (isQuota && isBytes(f)) {
            throw f.bad("counts", "is tokens, and the limit is on bytes", "write a limit such as 300/s");
        }
        Dimension dimension = isQuota ? Dimension.TOKENS : isBytes(f) ? Dimension.READ_BYTES : Dimension.READ_OPS;
        long interval = f.duration("interval", 1_000_000, 100_000_000L);
        long duration = f.duration("duration", Scenario.SECOND_NANOS, 20 * Scenario.SECOND_NANOS);
        duration -= duration % 1_000_000;
        if (duration > DURATION_NANOS_MAX) {
            throw f.bad("duration", "is longer than two days", "write 1s to 48h");
        }
        if (duration / limit.periodNanos() > PERIODS_MAX) {
            throw f.bad("duration", "is longer than " + PERIODS_MAX + " periods of the limit", "write 1s to 1h");
        }
        if (interval > 60 * Scenario.SECOND_NANOS) {
            throw f.bad("interval", "is longer than a minute", "write 1ms to 60s");
        }
        long warmUp = f.duration("warm-up", 0, 0L);
        if (warmUp >= duration) {
            throw f.bad("warm-up", "is not below the duration", "leave some time to measure");
        }
        long seed = f.wholeLong("seed", Long.MIN_VALUE, Long.MAX_VALUE, 1L);
        OnPartition onPartition = f.word("on-partition", OnPartition.class, OnPartition.AUTO);
        Action onExceed = f.word("on-exceed", Action.class, Action.REJECT);
        if (onExceed == Action.WAIT) {
            throw f.bad("on-exceed", "lets requests wait, which is not simulated", "write reject or shadow");
        }
        Network network = network(f.object("network"));
        List<Load> loads = new ArrayList<>();
        for (ScenarioSection load : f.objects("load")) {
            loads.add(load(load, loads.size(), nodes, duration, dimension));
        }
        if (loads.isEmpty() || loads.size() > LOADS_MAX) {
            throw f.bad("load", "has " + loads.size() + " loads", "write 1 to " + LOADS_MAX);
        }
        List<Event> events = new ArrayList<>();
        ScenarioEvents readers = new ScenarioEvents(nodes, section -> {
            if (isBytes(section) != (dimension == Dimension.READ_BYTES)) {
                throw section.bad("limit", "counts something else than before", "write the same unit as at the top");
            }
            return limit(section, meter, sharing, burstNanos);
        });
        for (ScenarioSection event : f.objects("events")) {
            events.addAll(readers.read(event));
        }
        events.sort(Comparator.comparingLong(Event::atNanos));
        Scenario scenario = new Scenario(
                nodes,
                dimension,
                limit,
                interval,
                duration,
                warmUp,
                seed,
                onPartition,
                network,
                loads,
                events,
                goals(f.object("goals")));
        return onExceed == Action.SHADOW ? scenario.withOnExceed(OnExceed.SHADOW) : scenario;
    }

    private static Goals goals(ScenarioSection f) throws BadScenarioException {
        Goals goals = new Goals(goal(f, "over"), goal(f, "unused"), goal(f, "rejected"), goal(f, "rate-error"));
        f.finish();
        return goals;
    }

    private static OptionalDouble goal(ScenarioSection f, String key) throws BadScenarioException {
        return f.has(key) ? OptionalDouble.of(100 * f.part(key, 1, 0)) : OptionalDouble.empty();
    }

    private static boolean isBytes(ScenarioSection f) throws BadScenarioException {
        return f.rate("limit").isBytes();
    }

    private static Limit limit(ScenarioSection f, MeterAlgorithm meter, Sharing sharing, long burstNanos)
            throws BadScenarioException {
        ScenarioSection.Rate rate = f.rate("limit");
        long amount = Math.round(rate.amount());
        if (amount != rate.amount() || amount < 0 || amount > (rate.isBytes() ? 1L << 40 : 1_000_000_000L)) {
            throw f.bad("limit", "is not a whole number", "write 0/s to 1000000000/s, or 40MiB/s");
        }
        if (rate.periodNanos() > LimitRate.PERIOD_NANOS_MAX) {
            throw f.bad("limit", "has a period that is too long", "write one such as 1000/s or 600/min");
        }
        double burst = burstNanos == 0 ? amount : (double) amount * burstNanos / rate.periodNanos();
        long depth = Math.max(1, Math.round(burst));
        RateAlgorithm algorithm = RateAlgorithm.of(meter, depth);
        LimitRate shared = new LimitRate(amount, rate.periodNanos(), algorithm, algorithm.supported(sharing));
        return rate.isBytes() ? ByteRateLimit.of(shared) : new OperationRateLimit(shared, OnExceed.REJECT);
    }

    private static Network network(ScenarioSection f) throws BadScenarioException {
        Network d = Network.DEFAULT;
        long[] delay = f.durations("delay", new long[] {d.delayMinNanos(), d.delayMaxNanos()});
        double jitter = f.part("jitter", 0.5, d.jitter());
        double loss = f.part("loss", 1, d.loss());
        ScenarioSection spike = f.object("spike");
        double probability = spike.part("probability", 1, d.spikeProbability());
        long spikeNanos = spike.duration("delay", 0, d.spikeNanos());
        spike.finish();
        long skew = f.duration("clock-skew", 0, d.skewNanos());
        f.finish();
        return new Network(delay[0], delay[1], jitter, loss, probability, spikeNanos, skew);
    }

    private static Load load(ScenarioSection f, int index, int nodes, long duration, Dimension dimension)
            throws BadScenarioException {
        String name = f.string("name", "load" + index);
        Pattern pattern = f.word("pattern", Pattern.class, null);
        Balance balance = f.word("balance", Balance.class, Balance.RANDOM);
        boolean transfers = pattern == Pattern.TRANSFERS;
        boolean bytes = dimension == Dimension.READ_BYTES;
        if (transfers && !bytes) {
            throw f.bad("pattern", "moves bytes, and the limit counts operations", "write a limit such as 40MiB/s");
        }
        long[] tokens = dimension == Dimension.TOKENS ? tokens(f) : new long[] {1, 1};
        long size = bytes ? f.bytes("size", transfers ? 1L << 40 : null) : tokens[0];
        double speed = transfers ? f.bytes("speed", 1L << 30) : 0;
        boolean closed = transfers || pattern == Pattern.CLOSED_LOOP;
        boolean onOff = pattern == Pattern.ON_OFF;
        double rate = closed ? 0 : f.rate("rate").perSecond();
        long on = onOff ? f.duration("on", 1_000_000, null) : 0;
        long off = onOff ? f.duration("off", 0, null) : 0;
        int clients = closed ? f.whole("clients", 1, CLIENTS_MAX, null) : 0;
        long service = closed && !transfers ? f.duration("service-time", 100_000, 10_000_000L) : 0;
        int node = f.whole("node", 0, nodes - 1, -1);
        boolean shifting = balance == Balance.SHIFTING;
        long period = shifting ? f.duration("period", 1_000_000, 5 * Scenario.SECOND_NANOS) : 0;
        long from = f.duration("from", 0, 0L);
        long to = f.duration("to", 0, duration);
        if (to <= from) {
            throw f.bad(f.has("to") ? "to" : "from", "the load ends before it begins", "let from be below to");
        }
        f.finish();
        return new Load(
                name,
                pattern,
                balance,
                rate,
                on,
                off,
                clients,
                service,
                node,
                period,
                from,
                to,
                size,
                speed,
                Math.max(size, tokens[1]));
    }

    /** How many tokens a call takes: a number, or a range. */
    private static long[] tokens(ScenarioSection f) throws BadScenarioException {
        long least = f.wholeLong("tokens", 1, TOKENS_MAX, 1L);
        return new long[] {least, f.wholeLong("tokens-max", least, TOKENS_MAX, least)};
    }
}
