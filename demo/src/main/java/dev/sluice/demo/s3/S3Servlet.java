package dev.sluice.demo.s3;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.jspecify.annotations.Nullable;

/** Routes a request to one of two handlers of the same store: bucket in the path, or in the Host header. */
final class S3Servlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final String SUFFIX = "." + EmbeddedS3.DOMAIN;

    private final transient S3Handler byPath;
    private final transient S3Handler byHost;

    S3Servlet(Map<String, String> secretsByAccessKey) {
        var secrets = Map.copyOf(secretsByAccessKey);
        var store = new TransientNio2BlobStore();
        byPath = new S3Handler(store, null);
        byHost = new S3Handler(store, EmbeddedS3.DOMAIN);
        byPath.setBlobStoreLocator((accessKey, bucket, key) -> grant(secrets, accessKey, store));
        byHost.setBlobStoreLocator((accessKey, bucket, key) -> grant(secrets, accessKey, store));
    }

    private static @Nullable AccessGrant grant(
            Map<String, String> secrets, @Nullable String accessKey, BlobStore store) {
        if (accessKey == null) {
            return AccessGrant.anonymous(store);
        }
        var secret = secrets.get(accessKey);
        return secret == null ? null : new AccessGrant(secret, store);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var host = request.getServerName();
        var named = host != null && host.toLowerCase(Locale.ROOT).endsWith(SUFFIX);
        (named ? byHost : byPath).handleRequest(request, response);
    }
}
