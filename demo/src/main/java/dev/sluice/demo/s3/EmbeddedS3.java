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
 * Signatures of versions 2 and 4 are checked, so what a proxy before it damages is refused; an object whose ACL is
 * {@code public-read} is readable without one. Buckets are found in the path and, as {@code bucket.s3.localhost}, in
 * the Host header. All access keys see the same buckets: there are no owners and no tenants here, and what it stores
 * is gone when it is closed. For demonstrations and tests: it checks no more than they need.
 *
 * <p>The server is put together here and not by s3proxy's own builder, because that one, once it knows a domain, takes
 * every other Host for the name of a bucket: {@code 127.0.0.1} too.
 */
public final class EmbeddedS3 implements AutoCloseable {
    /** The domain under which a bucket may stand in the Host header. */
    public static final String DOMAIN = "s3.localhost";

    private static final int MAX_THREADS = 64;

    private final Server server;
    private final ServerConnector connector;

    private EmbeddedS3(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /** With one access key. */
    public static EmbeddedS3 start(String accessKey, String secretKey) {
        return start(Map.of(accessKey, secretKey));
    }

    /**
     * Starts it, and returns when it accepts connections.
     *
     * @param secretsByAccessKey who may sign, at least one
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

    /** As lenient as S3 itself: keys may hold what a web server would rather refuse ({@code //}, {@code %2F}). */
    private static HttpConfiguration http() {
        var http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.LEGACY);
        http.setUriCompliance(UriCompliance.LEGACY);
        http.setSendServerVersion(false);
        // Jetty would answer for utf-8 where UTF-8 was signed.
        http.setHeaderCacheCaseSensitive(true);
        // A body is an object, whatever its Content-Type says.
        http.setFormEncodedMethods();
        return http;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    }

    /** For an S3 client's endpoint override. */
    public URI endpoint() {
        return URI.create("http://" + connector.getHost() + ":" + connector.getLocalPort());
    }

    /** Stops it and forgets all objects. Closing twice does nothing more. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded S3 server does not stop", e);
        }
    }
}
