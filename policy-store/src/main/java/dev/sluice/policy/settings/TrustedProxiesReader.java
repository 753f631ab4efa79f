package dev.sluice.policy.settings;

import dev.sluice.common.IpRange;
import dev.sluice.policy.hocon.AddressParser;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.Section;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.settings.TrustedProxies.ProxyProtocol;
import java.util.ArrayList;
import java.util.List;

/** Reads who is believed about clients from the {@code listen} section of a settings file. */
record TrustedProxiesReader(Section section) {
    private static final String PROXIES = "trusted-proxies";
    private static final String PROTOCOL = "proxy-protocol";

    TrustedProxies read() {
        List<String> texts = section.list(PROXIES, Section.LIST_SIZE_MAX, ValueParsers.any());
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
            if (range.isEverybody()) {
                section.warn(
                        PROXIES,
                        ProblemTexts.quote(range.toString()) + " is everybody: any client can claim to be another",
                        "list the addresses of your proxies");
            }
        }
        boolean speak = section.value(PROTOCOL, ValueParsers.onOff()).orElse(false);
        if (speak && texts.isEmpty()) {
            section.error(
                    PROTOCOL,
                    "nobody could speak it: trusted-proxies is empty",
                    "list there the addresses of the balancers that send it");
        }
        // What is wrong was told, and keeps the settings from being used.
        return new TrustedProxies(ranges, speak && !ranges.isEmpty() ? ProxyProtocol.ON : ProxyProtocol.OFF);
    }
}
