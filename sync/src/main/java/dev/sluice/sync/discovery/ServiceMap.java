package dev.sluice.sync.discovery;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The radosgw daemons in Ceph's service map. {@code services.rgw.daemons} maps ids, which change at each restart,
 * to objects, and has a text, {@code summary}, besides.
 *
 * @param hosts addresses or names, each once, in the order of the ids
 * @param withoutAddress ids of daemons that have neither
 */
record ServiceMap(List<String> hosts, List<String> withoutAddress) {
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[0-9]+(?:\\.[0-9]+){3}):[0-9]+/");

    ServiceMap {
        hosts = List.copyOf(hosts);
        withoutAddress = List.copyOf(withoutAddress);
    }

    /**
     * Reads the output of {@code ceph service dump --format json}.
     *
     * @throws IOException if the text is no service map
     */
    static ServiceMap parse(String json, ServiceMapHost by) throws IOException {
        ConfigObject root;
        try {
            root = ConfigFactory.parseString(json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON))
                    .root();
        } catch (ConfigException | StackOverflowError e) {
            throw new IOException("the service map is not JSON", e);
        }
        ConfigObject services = object(root, "services")
                .orElseThrow(() -> new IOException("there is no service map in it: no \"services\""));
        Map<String, ConfigValue> daemons = object(services, "rgw")
                .flatMap(rgw -> object(rgw, "daemons"))
                .<Map<String, ConfigValue>>map(TreeMap::new)
                .orElse(Map.of());
        List<String> hosts = new ArrayList<>();
        List<String> withoutAddress = new ArrayList<>();
        daemons.forEach((id, daemon) -> {
            if (daemon instanceof ConfigObject details) {
                host(details, by).ifPresentOrElse(hosts::add, () -> withoutAddress.add(id));
            }
        });
        return new ServiceMap(hosts.stream().distinct().toList(), withoutAddress);
    }

    private static Optional<String> host(ConfigObject daemon, ServiceMapHost by) {
        Optional<String> address = text(daemon, "addr").flatMap(ServiceMap::address);
        Optional<String> name = object(daemon, "metadata").flatMap(metadata -> text(metadata, "hostname"));
        return by == ServiceMapHost.ADDRESS ? address.or(() -> name) : name.or(() -> address);
    }

    /** The address in {@code 10.0.0.1:0/3417}, alone or in a list of several. */
    private static Optional<String> address(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static Optional<ConfigObject> object(ConfigObject in, String key) {
        return in.get(key) instanceof ConfigObject found ? Optional.of(found) : Optional.empty();
    }

    private static Optional<String> text(ConfigObject in, String key) {
        ConfigValue value = in.get(key);
        return value != null
                        && value.valueType() == ConfigValueType.STRING
                        && !value.unwrapped().toString().isEmpty()
                ? Optional.of(value.unwrapped().toString())
                : Optional.empty();
    }
}
