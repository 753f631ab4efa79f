package dev.sluice.proxy.quota.envoy;

import dev.sluice.limits.model.QuotaName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One descriptor of a request: what Envoy found out about a request of its own, such as {@code remote_address = 10.0.0.1}.
 * It names a quota in either of two ways; the first one that exists counts:
 *
 * <ol>
 *   <li>namespace {@code domain}, resource {@code key=value,key=value}: one combination of values;
 *   <li>namespace {@code domain/key,key}, resource {@code value,value}: with {@code "*"} each combination of values has a
 *       limit of its own.
 * </ol>
 *
 * <p>In keys and values a percent sign, a comma and an equals sign are percent-encoded, in a domain a percent sign and a
 * slash: two descriptors never mean the same quota. Immutable.
 *
 * @param entries in the order of Envoy's configuration; at least one
 * @param hits how many tokens; empty: as many as the whole request says
 */
record EnvoyDescriptor(List<Entry> entries, Optional<Long> hits) {
    /** One key and its value, which may be empty. */
    record Entry(String key, String value) {}

    EnvoyDescriptor {
        entries = List.copyOf(entries);
    }

    /** The quotas that it may mean, the first one first; none where a name would be too long for a quota. */
    List<QuotaName> names(String domain) {
        String namespace = domain.replace("%", "%25").replace("/", "%2F");
        String both = entries.stream()
                .map(entry -> escaped(entry.key()) + "=" + escaped(entry.value()))
                .collect(Collectors.joining(","));
        String keys = entries.stream().map(entry -> escaped(entry.key())).collect(Collectors.joining(","));
        String values = entries.stream().map(entry -> escaped(entry.value())).collect(Collectors.joining(","));
        return List.of(name(namespace, both), name(namespace + "/" + keys, values)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<QuotaName> name(String namespace, String resource) {
        boolean fits = !resource.isEmpty()
                && namespace.length() <= QuotaName.PART_CHARS_MAX
                && resource.length() <= QuotaName.PART_CHARS_MAX;
        return fits ? Optional.of(new QuotaName(namespace, resource)) : Optional.empty();
    }

    private static String escaped(String text) {
        return text.replace("%", "%25").replace(",", "%2C").replace("=", "%3D");
    }
}
