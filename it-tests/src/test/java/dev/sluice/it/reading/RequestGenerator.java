package dev.sluice.it.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests that may be read in more than one way: parameters that are doubled, empty, encoded or in another case; hosts of
 * digits, underscores and ports; broken escapes; paths of other APIs. The same seed gives the same requests. None of them
 * makes a public bucket private or removes what others need.
 */
final class RequestGenerator {
    /**
     * A request without its signature.
     *
     * @param signer 0: nobody; else the number of a key
     * @param isPresigned whether the signature stands in the query
     */
    record GeneratedRequest(
            String method, String path, String query, String host, String body, int signer, boolean isPresigned) {}

    private static final List<String> HOSTS = List.of(
            "s3.localhost",
            "s3.localhost:8000",
            "S3.LocalHost",
            "127.0.0.1",
            "127.0.0.1:80",
            "10.0.0.1",
            "1.2.3.",
            "bkt.s3.localhost",
            "pub.s3.localhost",
            "pub.S3.LOCALHOST:80",
            "PUB.s3.localhost",
            "pub",
            "bkt",
            "pub:8080",
            "12345",
            "x_y",
            "1.2.3",
            "999.1.2.3",
            ".s3.localhost",
            "xs3.localhost",
            "pub..s3.localhost",
            "ab",
            "a_b.c",
            "swift.s3.localhost",
            "auth.s3.localhost");

    private static final List<String> BUCKETS = List.of(
            "pub",
            "pub",
            "pub",
            "bkt",
            "bkt",
            "p%75b",
            "%70ub",
            "b%6Bt",
            "pub%2Fo",
            "pub%2f",
            "acme:carolpub",
            "acme%3Acarolpub",
            ":pub",
            "/pub",
            "%2Fpub",
            "pub%zz",
            "pub%4",
            "pub%",
            "nosuch",
            "swiftx",
            "adminx",
            "Pub",
            "pub+",
            "pub;a",
            ".",
            "..",
            "carolpub",
            "swift/v1/pub",
            "swift/v1",
            "swift%2Fv1/pub",
            "sw%69ft/v1/pub/o",
            "swift/v1/pub%zz");

    private static final List<String> KEYS = List.of(
            "",
            "",
            "",
            "/",
            "/",
            "/o",
            "/o",
            "/o",
            "/o/",
            "/%6F",
            "/o%zz",
            "/o%4",
            "/%",
            "/%zz",
            "//o",
            "/a+b",
            "/a%2Fb",
            "/./o",
            "/%C3%A9",
            "/o?",
            "/prefix=x");

    private static final List<String> PARAMETERS = List.of(
            "prefix=a",
            "list-type=2",
            "delimiter=/",
            "max-keys=1",
            "marker=o",
            "uploads",
            "uploads=",
            "%75ploads",
            "Uploads",
            "versions",
            "versioning",
            "acl",
            "acl=",
            "acl=x",
            "Acl",
            "ACL",
            "%61cl",
            "acl%3D",
            "acl%3Dx",
            "a%63l%zz",
            "location",
            "LOCATION",
            "locatio%6E",
            "location=us",
            "cors",
            "policy",
            "policyStatus",
            "policystatus",
            "publicAccessBlock",
            "publicaccessblock",
            "requestPayment",
            "requestpayment",
            "lifecycle",
            "notification",
            "Notification",
            "replication",
            "object-lock",
            "logging",
            "tagging",
            "accelerate",
            "analytics",
            "metrics",
            "inventory",
            "ownershipControls",
            "intelligent-tiering",
            "mdsearch",
            "usage",
            "foo",
            "foo=bar",
            "",
            "%",
            "%zz",
            "x%zz",
            "=",
            "=acl",
            "?acl",
            "acl?",
            "versionId=null",
            "encoding-type=url",
            "X-Amz-Credential=ALICEKEY1%2F20260101%2Fdefault%2Fs3%2Faws4_request",
            "x-amz-credential=ALICEKEY1",
            "X-Amz-Foo=1",
            "x-id=GetObject",
            "attributes",
            "partNumber=1",
            "response-content-type=text/plain");

    private final SplittableRandom random;

    RequestGenerator(long seed) {
        random = new SplittableRandom(seed);
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    GeneratedRequest next() {
        String method = method();
        String path = "/" + any(BUCKETS) + any(KEYS);
        if (random.nextInt(30) == 0) {
            path = "/";
        }
        if (method.equals("PUT")) {
            path = "/pub/w" + random.nextInt(9) + (random.nextBoolean() ? "" : "%20x");
        } else if (method.equals("DELETE")) {
            path = any(List.of("/pub/w1", "/p%75b/w2", "/pub%2Fw3", "/pub//w4"));
        }
        int question = path.indexOf('?');
        String query = question < 0 ? "" : path.substring(question + 1);
        path = question < 0 ? path : path.substring(0, question);
        query = method.equals("PUT") || method.equals("DELETE") ? "" : query();
        String body = "";
        if (method.equals("POST")) {
            query = any(List.of(
                    "delete", "delete=", "?delete", "delete%3D", "d%65lete", "foo&delete", "DELETE", "x&&delete"));
            body = "<Delete><Object><Key>w1</Key></Object><Object><Key>w2</Key></Object></Delete>";
        } else if (method.equals("PUT")) {
            body = "x";
        }
        String host = random.nextInt(3) > 0 ? "s3.localhost" : any(HOSTS);
        int signer = random.nextBoolean() ? 0 : 1 + random.nextInt(5);
        return new GeneratedRequest(method, path, query, host, body, signer, random.nextInt(3) == 0);
    }

    private String method() {
        int dice = random.nextInt(100);
        if (dice < 66) {
            return "GET";
        }
        return dice < 78 ? "HEAD" : dice < 84 ? "PUT" : dice < 88 ? "DELETE" : dice < 94 ? "POST" : "OPTIONS";
    }

    private String query() {
        List<String> parameters = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String parameter = any(PARAMETERS);
            parameters.add(parameter);
            if (random.nextInt(8) == 0) {
                parameters.add(parameter);
            }
        }
        return String.join("&", parameters) + (random.nextInt(10) == 0 ? "&" : "");
    }
}
