package dev.sluice.sync.discovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/**
 * Finds peers by a name in the DNS. An ordinary name stands for all its addresses, as that of a headless service in
 * Kubernetes; it is resolved like a configured peer. A name with a leading underscore, such as {@code
 * _sluice._tcp.rgw.example}, has service records (SRV) with host and port.
 */
public final class DnsDiscovery implements Discovery {
    private static final long INTERVAL_NANOS = 5_000_000_000L;
    private static final String SRV = "SRV";
    private static final int SRV_FIELDS = 4;
    private static final String SYSTEM_SERVERS = "dns:";

    private final String name;
    private final int port;
    private final String servers;

    /**
     * Makes a discovery with the DNS servers of the machine's resolv.conf.
     *
     * @param port for the addresses of an ordinary name; service records have their own
     */
    public DnsDiscovery(String name, int port) {
        this(name, port, SYSTEM_SERVERS);
    }

    /**
     * Creates a discovery that asks the given DNS servers.
     *
     * @param servers {@code dns://host:port}
     */
    DnsDiscovery(String name, int port, String servers) {
        this.name = name;
        this.port = port;
        this.servers = servers;
    }

    @Override
    public String source() {
        return "dns";
    }

    @Override
    public long intervalNanos() {
        return INTERVAL_NANOS;
    }

    @Override
    public List<String> find() throws IOException {
        if (!name.startsWith("_")) {
            return List.of(endpoint(name, Integer.toString(port)));
        }
        try {
            return services();
        } catch (NameNotFoundException e) {
            throw new IOException(name + " is not in the DNS", e);
        } catch (NamingException e) {
            throw new IOException(name + " can't be looked up: " + e.getClass().getSimpleName(), e);
        }
    }

    // JNDI needs a Hashtable. DNS attributes are texts; nothing is deserialized.
    @SuppressWarnings({"JdkObsolete", "BanJNDI"})
    private List<String> services() throws NamingException, IOException {
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.put(Context.PROVIDER_URL, servers);
        settings.put("com.sun.jndi.dns.timeout.initial", "1000");
        settings.put("com.sun.jndi.dns.timeout.retries", "2");
        InitialDirContext context = new InitialDirContext(settings);
        try {
            Attribute records = context.getAttributes(name, new String[] {SRV}).get(SRV);
            if (records == null) {
                throw new IOException(name + " has no service records (SRV)");
            }
            List<String> endpoints = new ArrayList<>();
            NamingEnumeration<?> each = records.getAll();
            while (each.hasMore()) {
                // Priority, weight, port, host. All are peers, whatever their priority.
                String[] fields = String.valueOf(each.next()).split(" ", SRV_FIELDS);
                if (fields.length == SRV_FIELDS && !fields[SRV_FIELDS - 1].equals(".")) {
                    endpoints.add(endpoint(fields[SRV_FIELDS - 1], fields[SRV_FIELDS - 2]));
                }
            }
            return endpoints;
        } finally {
            context.close();
        }
    }

    private static String endpoint(String host, String port) {
        return "tcp://" + (host.endsWith(".") ? host.substring(0, host.length() - 1) : host) + ":" + port;
    }
}
