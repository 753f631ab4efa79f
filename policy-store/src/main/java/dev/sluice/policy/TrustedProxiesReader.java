package dev.sluice.policy;

import dev.sluice.policy.TrustedProxies.ProxyProtocol;
import java.util.ArrayList;
import java.util.List;

/** Reads who is believed about clients from the {@code listen} section of a settings file. */
record TrustedProxiesReader(Section section) {
    private static final String PROXIES = "trusted-proxies";
    private static final String PROTOCOL = "proxy-protocol";

    TrustedProxies read() {
        List<String> texts = section.list(PROXIES, SettingsFile.LIST_SIZE_MAX, Values.any());
        List<IpRange> ranges = new ArrayList<>();
        for (String text : texts) {
            Parsed<IpRange> parsed = IpRange.parse(text);
            if (parsed instanceof Parsed.Good<IpRange> good) {
                ranges.add(good.value());
            } else if (parsed instanceof Parsed.Bad<IpRange> bad) {
                section.error(PROXIES, bad.message(), bad.hint());
            }
        }
        for (IpRange range : ranges) {
            if (range.isEverybody()) {
                section.warn(
                        PROXIES,
                        Texts.quote(range.toString()) + " is everybody: any client can claim to be another",
                        "list the addresses of your proxies");
            }
        }
        boolean speak = section.value(PROTOCOL, Values.onOff()).orElse(false);
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
