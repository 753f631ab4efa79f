package dev.sluice.proxy.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every request of the ops logs is read as the real gateways read it, or stands in the list of docs/http.md. */
class RgwReadingTest {
    private static final Pattern LISTED = Pattern.compile("^\\| `([a-z-]+-\\d+)` \\|", Pattern.MULTILINE);

    private final S3HeadParser parser = new S3HeadParser(new GatewayLayout(List.of("s3.localhost")));

    /** What is wrong with the reading of a row; empty: nothing. */
    private String difference(RgwOpsLogRow row) {
        GatewayRequest request = parser.parse(row.head());
        String door = row.expected("door");
        if (door.equals("any")) {
            return "";
        }
        if (door.equals("exempt") || request instanceof ExemptRequest) {
            return door.equals("exempt") && request instanceof ExemptRequest ? "" : "read as " + request;
        }
        if (request instanceof FormRequest form) {
            byte[] body = row.body();
            request = form.read(body, 0, body.length).orElseThrow();
        }
        String user;
        String bucket;
        String operation;
        if (request instanceof S3Request s3 && door.equals("s3")) {
            user = RgwOpsLogRow.USERS.getOrDefault(s3.accessKey(), s3.accessKey());
            bucket = s3.bucketKey(Identity.ofUser(user).tenant());
            operation = s3.operation().name();
        } else if (request instanceof SwiftRequest swift && door.equals("swift")) {
            user = swift.user();
            bucket = swift.bucketKey(Identity.ofUser(user).tenant());
            operation = swift.operation().name();
        } else {
            return "read as " + request;
        }
        String tenant = row.expected("tenant");
        String wantedBucket = tenant.isEmpty() ? row.expected("bucket") : tenant + ":" + row.expected("bucket");
        boolean isSame = bucket.equals(wantedBucket)
                && (!row.namesUser() || user.equals(row.expected("user")))
                && row.classes().contains(operation.toLowerCase(Locale.ROOT));
        return isSame ? "" : "read as " + request + " of " + user;
    }

    @Test
    void requests_areReadAsRadosgwReadsThem_exceptForListedDifferences() throws IOException {
        List<String> different = new ArrayList<>();
        Set<String> ids = new TreeSet<>();
        for (RgwOpsLogRow row : RgwOpsLogRow.all()) {
            String difference = difference(row);
            if (!difference.isEmpty()) {
                different.add(row + ": " + difference);
                ids.add(row.id());
            }
        }

        assertThat(ids).as(String.join("\n", different)).isEqualTo(listed());
    }

    private static Set<String> listed() throws IOException {
        Set<String> ids = new TreeSet<>();
        Matcher listed = LISTED.matcher(Files.readString(Path.of("../docs/http.md")));
        while (listed.find()) {
            ids.add(listed.group(1));
        }
        return ids;
    }

    @Test
    void table_isComplete() {
        assertThat(RgwOpsLogRow.all()).hasSize(202);
    }
}
