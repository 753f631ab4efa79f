package dev.sluice.policy.rgw.client;

import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.identity.SecretKey;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Asks RGW's Admin Ops API, one signed request at a time.
 *
 * <p>What a refusal means is not in its status alone. An unknown access key is 403 on release 16.2, as a missing capability
 * is, and 400 on 18.2. A wrong signature is {@code AccessDenied} where STS is switched on. {@link #check} tells them apart:
 * it asks for a user that nobody has, and if that is refused, for the admin user's own list of buckets.
 *
 * <p>Belongs to one thread.
 */
public final class RgwAdminClient implements RgwAdminApi, RgwNames {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int SERVER_ERROR = 500;
    /** An error's code is near its beginning. */
    private static final int ERROR_BYTES_MAX = 1024;
    /** Names in one response. */
    private static final String PAGE = "1000";

    /** What a release answers for a user, or an access key, that doesn't exist. 16.2 refuses the latter with 403. */
    private static final Set<String> UNKNOWN_USER = Set.of("NoSuchUser", "InvalidArgument");
    /** What a release answers for the limit of a user or bucket that doesn't exist. */
    private static final Set<String> UNKNOWN_SUBJECT = Set.of("NoSuchUser", "NoSuchBucket", "NoSuchKey");

    private static final Pattern CODE = Pattern.compile("Code(?:\"\\s*:\\s*\"|>)([A-Za-z]{1,64})");
    /** No uid that anybody would give. */
    private static final String NOBODY = "sluice-asks-for-nobody";

    private final RgwAdminSettings settings;
    private final RgwConnection connection;
    private final LongSupplier wallMillis;
    private SecretKey secret;
    private RgwRequestSigner signer;

    /** Reads one kind of response. */
    @FunctionalInterface
    private interface BodyParser<T> {
        T parse(byte[] body) throws IOException;
    }

    /** Connects to nothing yet. */
    public RgwAdminClient(RgwAdminSettings settings, LongSupplier wallMillis) {
        this.settings = settings;
        this.connection = new RgwConnection(settings.endpoint(), settings.tls().map(RgwTls::factory), TIMEOUT_MILLIS);
        this.wallMillis = wallMillis;
        this.secret = settings.secret();
        this.signer = signer(secret);
    }

    private RgwRequestSigner signer(SecretKey key) {
        return new RgwRequestSigner(settings.accessKey(), key, settings.host());
    }

    @Override
    public RgwLookup<RgwUser> userOfKey(String accessKey) {
        return ask("user", Map.of("access-key", accessKey, "format", "json"), UNKNOWN_USER, RgwUserParser::parse);
    }

    @Override
    public RgwLookup<RgwUser> user(String name) {
        return ask("user", Map.of("uid", name, "format", "json"), UNKNOWN_USER, RgwUserParser::parse);
    }

    @Override
    public RgwLookup<RgwRateLimit> limitOfUser(String name) {
        return askLimit(Map.of("ratelimit-scope", "user", "uid", name), RgwRateLimitParser::ofUser);
    }

    @Override
    public RgwLookup<RgwRateLimit> limitOfBucket(String bucket) {
        int colon = bucket.indexOf(':');
        String tenant = colon < 0 ? "" : bucket.substring(0, colon);
        return askLimit(
                Map.of("ratelimit-scope", "bucket", "bucket", bucket.substring(colon + 1), "tenant", tenant),
                RgwRateLimitParser::ofBucket);
    }

    @Override
    public RgwLookup<RgwGlobalLimits> globalLimits() {
        return askLimit(Map.of("global", "true"), RgwRateLimitParser::global);
    }

    @Override
    public RgwLookup<RgwNamePage> users(String marker) {
        Map<String, String> parameters = new HashMap<>(Map.of("list", "", "max-entries", PAGE, "format", "json"));
        if (!marker.isEmpty()) {
            parameters.put("marker", marker);
        }
        return ask("user", parameters, Set.of(), RgwNamePage::ofUsers);
    }

    @Override
    public RgwLookup<RgwNamePage> buckets() {
        RgwLookup<RgwNamePage> found = ask("bucket", Map.of("format", "json"), Set.of(), RgwNamePage::ofBuckets);
        boolean isRefused =
                found instanceof RgwLookup.Failed<RgwNamePage> failed && failed.state() == RgwState.MISSING_CAPABILITY;
        return isRefused ? failed(RgwState.MISSING_CAPABILITY, missing("buckets")) : found;
    }

    /** A limit that may not be read is a missing capability, if users may be. */
    private <T> RgwLookup<T> askLimit(Map<String, String> parameters, BodyParser<T> parser) {
        RgwLookup<T> answer = ask("ratelimit", parameters, UNKNOWN_SUBJECT, parser);
        boolean isRefused =
                answer instanceof RgwLookup.Failed<T> failed && failed.state() == RgwState.MISSING_CAPABILITY;
        return isRefused ? failed(RgwState.MISSING_CAPABILITY, missing("ratelimit")) : answer;
    }

    /** @param unknown the error codes by which a release says that there is no such thing */
    private <T> RgwLookup<T> ask(
            String resource, Map<String, String> parameters, Set<String> unknown, BodyParser<T> parser) {
        RgwResponse response;
        try {
            response = send("/" + settings.entry() + "/" + resource, RgwQuery.of(parameters));
        } catch (IOException e) {
            return unreachable(e);
        }
        try {
            return response.isOk()
                    ? new RgwLookup.Found<>(parser.parse(response.body()))
                    : refusal(response.status(), code(response), unknown);
        } catch (IOException e) {
            return failed(RgwState.FAILING, "the gateway's response can't be read: " + e.getMessage());
        } finally {
            response.wipe();
        }
    }

    private RgwResponse send(String path, RgwQuery query) throws IOException {
        return connection.send(signer.head(path, query, wallMillis.getAsLong()));
    }

    private static String code(RgwResponse response) {
        int length = Math.min(response.body().length, ERROR_BYTES_MAX);
        Matcher matcher = CODE.matcher(new String(response.body(), 0, length, StandardCharsets.UTF_8));
        return matcher.find() ? matcher.group(1) : "";
    }

    private static <T> RgwLookup<T> refusal(int status, String code, Set<String> unknown) {
        if (unknown.contains(code)) {
            return new RgwLookup.NotFound<>();
        }
        return status == BAD_REQUEST || status == METHOD_NOT_ALLOWED
                ? new RgwLookup.Unsupported<>()
                : failed(stateOf(status, code), problem(status, code));
    }

    private static RgwState stateOf(int status, String code) {
        return switch (code) {
            case "SignatureDoesNotMatch" -> RgwState.WRONG_SECRET;
            case "InvalidAccessKeyId" -> RgwState.UNKNOWN_ACCESS_KEY;
            case "RequestTimeTooSkewed" -> RgwState.CLOCK_SKEW;
            default ->
                switch (status) {
                    case FORBIDDEN -> RgwState.MISSING_CAPABILITY;
                    case NOT_FOUND -> RgwState.NOT_SERVED;
                    default -> RgwState.FAILING;
                };
        };
    }

    private static String problem(int status, String code) {
        return switch (stateOf(status, code)) {
            case WRONG_SECRET ->
                "the gateway refuses the signature: rgw-admin.secret-key-file holds another secret key"
                        + " than the admin user has";
            case UNKNOWN_ACCESS_KEY -> "the gateway knows no user with the access key of rgw-admin.access-key";
            case CLOCK_SKEW -> "the clocks of this machine and of the gateway differ by more than 15 minutes";
            case MISSING_CAPABILITY -> missing("users");
            case NOT_SERVED ->
                "there is no Admin API: the gateway's rgw_enable_apis needs admin,"
                        + " and gateway.admin-entry must be its rgw_admin_entry";
            default ->
                status >= SERVER_ERROR
                        ? "the gateway fails with status " + status + " " + code
                        : "the gateway responds with status " + status + " " + code;
        };
    }

    private static String missing(String capability) {
        return "the admin user lacks the capability " + capability + "=read: radosgw-admin caps add --uid=UID --caps=\""
                + capability + "=read\"";
    }

    @Override
    public RgwLookup<RgwState> check() {
        RgwLookup<RgwState> first = checkOnce();
        boolean isRefused = first instanceof RgwLookup.Failed<RgwState> failed
                && (failed.state() == RgwState.WRONG_SECRET || failed.state() == RgwState.UNKNOWN_ACCESS_KEY);
        return isRefused && hasNewSecret() ? checkOnce() : first;
    }

    private RgwLookup<RgwState> checkOnce() {
        RgwLookup<RgwUser> nobody = user(NOBODY);
        if (nobody instanceof RgwLookup.NotFound || nobody instanceof RgwLookup.Found) {
            return new RgwLookup.Found<>(RgwState.OK);
        }
        if (nobody instanceof RgwLookup.Unsupported) {
            return failed(RgwState.NOT_SERVED, problem(NOT_FOUND, ""));
        }
        RgwLookup.Failed<RgwUser> failed = (RgwLookup.Failed<RgwUser>) nobody;
        return failed.state() == RgwState.MISSING_CAPABILITY ? checkKey() : failed(failed.state(), failed.problem());
    }

    /** The lookup was refused with no reason. A signature that is right opens the list of buckets. */
    private RgwLookup<RgwState> checkKey() {
        try {
            RgwResponse response = send("/", RgwQuery.of(Map.of()));
            if (response.isOk()) {
                return failed(RgwState.MISSING_CAPABILITY, missing("users"));
            }
            RgwState state = stateOf(response.status(), code(response));
            return state == RgwState.MISSING_CAPABILITY
                    ? failed(
                            RgwState.WRONG_SECRET,
                            "the gateway refuses the admin user: rgw-admin.access-key or the secret key is wrong")
                    : failed(state, problem(response.status(), code(response)));
        } catch (IOException e) {
            return unreachable(e);
        }
    }

    /** The file may have been replaced since the start. */
    private boolean hasNewSecret() {
        if (!(new SecretKeyFile(settings.secretKeyFile()).read() instanceof ParsedValue.Good<SecretKey> good)) {
            return false;
        }
        boolean isNew = !good.value().matches(secret);
        secret = good.value();
        signer = signer(secret);
        return isNew;
    }

    private <T> RgwLookup<T> unreachable(IOException e) {
        connection.close();
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (e instanceof UnknownHostException) {
            why = "the name is unknown";
        } else if (e instanceof SSLException) {
            why = "no TLS: " + why;
        } else if (e instanceof ConnectException) {
            why = "it can't be connected to";
        }
        return failed(RgwState.UNREACHABLE, "the Admin API at " + settings.endpoint() + " can't be reached: " + why);
    }

    private static <T> RgwLookup<T> failed(RgwState state, String problem) {
        return new RgwLookup.Failed<>(state, problem);
    }

    @Override
    public void close() {
        connection.close();
    }
}
