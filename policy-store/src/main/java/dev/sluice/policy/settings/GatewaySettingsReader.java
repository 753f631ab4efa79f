package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.hocon.ValueParsers;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the {@code gateway} section. */
record GatewaySettingsReader(ConfigSection section) {
    private static final Pattern ENTRY = Pattern.compile("[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*");
    private static final Pattern PROBE = Pattern.compile("(GET|HEAD|OPTIONS) (/[\\x21-\\x7E]*|\\*)( [\\x20-\\x7E]+)?");

    GatewaySettings read() {
        GatewaySettings usual = GatewaySettings.DEFAULT;
        List<String> apis =
                section.list("apis", ConfigSection.LIST_SIZE_MAX, ValueParsers.word(GatewaySettings.KNOWN_APIS));
        List<String> probes = section.list("probes", ConfigSection.LIST_SIZE_MAX, GatewaySettingsReader::probe);
        GatewaySettings read = new GatewaySettings(
                section.has("apis") ? Set.copyOf(apis) : usual.apis(),
                entry("swift-prefix", usual.swiftPrefix(), GatewaySettingsReader::prefix),
                entry("swift-auth-entry", usual.swiftAuthEntry(), GatewaySettingsReader::entry),
                entry("admin-entry", usual.adminEntry(), GatewaySettingsReader::entry),
                section.value("swift-account-in-url", ValueParsers.onOff()).orElse(usual.isAccountInSwiftUrl()),
                section.has("probes") ? probes : usual.probes());
        if (section.has("apis") && apis.isEmpty()) {
            section.error(
                    "apis", "the gateway serves nothing", "write what its rgw_enable_apis says, such as [s3, admin]");
        }
        boolean isSwiftAtRoot = read.swiftPrefix().isEmpty() && read.apis().contains("swift");
        if (isSwiftAtRoot && read.apis().contains("s3")) {
            section.error(
                    "swift-prefix",
                    "S3 and Swift can't both be served at the root",
                    "write RGW's rgw_swift_url_prefix, or take s3 out of apis");
        }
        return read;
    }

    private String entry(String key, String usual, ValueParser<String> parser) {
        return section.value(key, parser).orElse(usual);
    }

    /** RGW writes a slash for the root. */
    private static ParsedValue<String> prefix(String text) {
        return text.equals("/") ? ParsedValue.good("") : entry(text);
    }

    private static ParsedValue<String> entry(String text) {
        return ENTRY.matcher(text).matches()
                ? ParsedValue.good(text)
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not the beginning of a path",
                        "write it without slashes around it, such as admin");
    }

    private static ParsedValue<String> probe(String text) {
        return PROBE.matcher(text).matches()
                ? ParsedValue.good(text)
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not a probe",
                        "write method, target and perhaps how its User-Agent begins, such as \"GET /health\"");
    }
}
