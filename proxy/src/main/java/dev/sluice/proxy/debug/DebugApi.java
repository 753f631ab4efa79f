package dev.sluice.proxy.debug;

import dev.sluice.common.IpAddress;
import dev.sluice.proxy.admin.http.AdminRequest;
import dev.sluice.proxy.admin.http.AdminResponse;
import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.JsonResponse;
import dev.sluice.proxy.admin.http.RouteAccess;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/debug}: switches the log of single requests on for a time, shows it, and switches it off. */
public final class DebugApi {
    private static final Logger LOG = LoggerFactory.getLogger(DebugApi.class);
    private static final String PATH = "/api/v1/debug";
    private static final int SECONDS_DEFAULT = 60;
    private static final int SECONDS_MAX = 3600;
    private static final String ANONYMOUS = "anonymous";
    /** As RGW and AWS make access keys. The log is to name none, also none that is not known here. */
    private static final Pattern GENERATED_KEY = Pattern.compile("[A-Z0-9]{20}");

    private final String node;
    private final RequestDebug debug;
    private final Function<String, Optional<String>> userOfKey;
    private final LongSupplier nanoClock;

    /**
     * Serves nothing by itself.
     *
     * @param userOfKey the user of a known access key; empty: the text is none
     */
    public DebugApi(
            String node, RequestDebug debug, Function<String, Optional<String>> userOfKey, LongSupplier nanoClock) {
        this.node = node;
        this.debug = debug;
        this.userOfKey = userOfKey;
        this.nanoClock = nanoClock;
    }

    /** The routes of the path. */
    public List<AdminRoute> routes() {
        return List.of(
                AdminRoute.get(PATH, RouteAccess.TOKEN, request -> shown()),
                new AdminRoute("PUT", PATH, RouteAccess.TOKEN, this::begin),
                new AdminRoute("DELETE", PATH, RouteAccess.TOKEN, request -> end()));
    }

    private AdminResponse shown() {
        return JsonResponse.ok(
                DebugBody.of(node, debug.current(), nanoClock.getAsLong(), debug.logged(), debug.notLogged()));
    }

    private AdminResponse begin(AdminRequest request) throws BadRequestException {
        Optional<String> user = named(request, "user").map(name -> name.equals(ANONYMOUS) ? "" : name);
        if (user.flatMap(userOfKey).isPresent()) {
            throw new BadRequestException("this is an access key, no user: its user is "
                    + user.flatMap(userOfKey).get());
        }
        if (user.filter(name -> GENERATED_KEY.matcher(name).matches()).isPresent()) {
            throw new BadRequestException(
                    "this looks like an access key: name its user, or key: and 8 digits as /api/v1/usage shows it");
        }
        Optional<String> bucket = named(request, "bucket");
        Optional<IpAddress> client = client(request);
        if (user.isEmpty() && bucket.isEmpty() && client.isEmpty()) {
            throw new BadRequestException("name a user, a bucket or a client, such as ?user=alice&seconds=60");
        }
        int seconds = request.query().integer("seconds", 1, SECONDS_MAX).orElse(SECONDS_DEFAULT);
        if (!debug.isShown()) {
            return AdminResponse.error(
                    409, "the log shows no DEBUG of dev.sluice.proxy.debug: set its level in logback.xml");
        }
        DebugRule rule = new DebugRule(user, bucket, client, nanoClock.getAsLong() + TimeUnit.SECONDS.toNanos(seconds));
        debug.begin(rule);
        LOG.info("requests are logged for {} s: {}", seconds, rule.text());
        return shown();
    }

    private static Optional<String> named(AdminRequest request, String parameter) {
        return request.query().text(parameter).filter(name -> !name.isEmpty());
    }

    private static Optional<IpAddress> client(AdminRequest request) throws BadRequestException {
        Optional<String> text = named(request, "client");
        Optional<IpAddress> address = text.flatMap(IpAddress::parse);
        if (text.isPresent() && address.isEmpty()) {
            throw new BadRequestException("no such client; use an address, such as 192.0.2.7");
        }
        return address;
    }

    private AdminResponse end() {
        debug.end();
        LOG.info("requests are logged no longer");
        return shown();
    }
}
