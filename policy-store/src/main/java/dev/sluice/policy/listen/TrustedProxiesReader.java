package dev.sluice.policy.listen;

import dev.sluice.common.IpRange;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.listen.TrustedProxies.ProxyProtocol;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code trusted-proxies} and {@code proxy-protocol} of the {@code listen} section. */
public record TrustedProxiesReader(ConfigSection section) {
    private static final String PROXIES = "trusted-proxies";
    private static final String PROTOCOL = "proxy-protocol";

    /** Reads them; what is wrong is reported. */
    public TrustedProxies read() {
        List<String> texts = section.list(PROXIES, ConfigSection.LIST_SIZE_MAX, ValueParsers.any());
        List<IpRange> ranges = new ArrayList<>();
        for (String text : texts) {
            ParsedValue<IpRange> parsed = AddressParser.ipRange(text);
            if (parsed instanceof ParsedValue.Good<IpRange> good) {
                ranges.add(good.value());
            } else if (parsed instanceof ParsedValue.Bad<IpRange> bad) {
                section.error(PROXIES, bad.message(), bad.hint());
            }
        }
        for (IpRange range : ranges) {
            if (range.coversAllAddresses()) {
                section.warn(
                        PROXIES,
                        ProblemTexts.quote(range.toString())
                                + " covers all addresses: any client can claim to be another",
                        "list the addresses of your proxies");
            }
        }
        boolean isWanted = section.value(PROTOCOL, ValueParsers.onOff()).orElse(false);
        if (isWanted && texts.isEmpty()) {
            section.error(
                    PROTOCOL,
                    "no proxy may send it: trusted-proxies is empty",
                    "list there the addresses of the balancers that send it");
        }
        // a reported error keeps these settings from being used
        return new TrustedProxies(ranges, isWanted && !ranges.isEmpty() ? ProxyProtocol.ON : ProxyProtocol.OFF);
    }
}
