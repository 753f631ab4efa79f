package dev.sluice.demo.s3;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.gaul.shaded.org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.gaul.shaded.org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.gaul.shaded.org.eclipse.jetty.http.HttpCompliance;
import org.gaul.shaded.org.eclipse.jetty.http.UriCompliance;
import org.gaul.shaded.org.eclipse.jetty.server.HttpConfiguration;
import org.gaul.shaded.org.eclipse.jetty.server.HttpConnectionFactory;
import org.gaul.shaded.org.eclipse.jetty.server.Server;
import org.gaul.shaded.org.eclipse.jetty.server.ServerConnector;
import org.gaul.shaded.org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An S3 server in this JVM (s3proxy over an in-memory file system) on a loopback port that the system chooses.
 * It checks signatures of versions 2 and 4, so it rejects a request that a proxy before it damaged. An object with the
 * ACL {@code public-read} is readable without a signature. Buckets are in the path or, as {@code bucket.s3.localhost}, in
 * the Host header. All access keys see the same buckets: there are no owners and no tenants. Closing it deletes all
 * objects. It is for the demo and tests.
 *
 * <p>It does not use s3proxy's own builder: with a domain set, that builder takes every other Host, such as
 * {@code 127.0.0.1}, for the name of a bucket.
 */
public final class EmbeddedS3 implements AutoCloseable {
    /** The domain of buckets in the Host header. */
    public static final String DOMAIN = "s3.localhost";

    private static final int MAX_THREADS = 64;

    private final Server server;
    private final ServerConnector connector;

    private EmbeddedS3(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /** Starts it with one access key. */
    public static EmbeddedS3 start(String accessKey, String secretKey) {
        return start(Map.of(accessKey, secretKey));
    }

    /**
     * Starts it and returns when it accepts connections.
     *
     * @param secretsByAccessKey at least one
     * @throws IllegalStateException if it cannot start
     */
    public static EmbeddedS3 start(Map<String, String> secretsByAccessKey) {
        if (secretsByAccessKey.isEmpty()) {
            throw new IllegalArgumentException("at least one access key is needed");
        }
        var threads = new QueuedThreadPool(MAX_THREADS);
        threads.setName("embedded-s3");
        threads.setDaemon(true);
        var server = new Server(threads);
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        var context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new S3Servlet(secretsByAccessKey)), "/*");
        server.setHandler(context);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded S3 server does not start", e);
        }
        return new EmbeddedS3(server, connector);
    }

    /** As lenient as S3: object keys may contain {@code //} and {@code %2F}, which web servers reject by default. */
    private static HttpConfiguration http() {
        var http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.LEGACY);
        http.setUriCompliance(UriCompliance.LEGACY);
        http.setSendServerVersion(false);
        // Jetty would change the signed UTF-8 to utf-8.
        http.setHeaderCacheCaseSensitive(true);
        // A body is an object, even with the Content-Type of a form.
        http.setFormEncodedMethods();
        return http;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    }

    /** The endpoint for S3 clients. */
    public URI endpoint() {
        return URI.create("http://" + connector.getHost() + ":" + connector.getLocalPort());
    }

    /** Stops it and deletes all objects. A second call does nothing. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded S3 server does not stop", e);
        }
    }
}
