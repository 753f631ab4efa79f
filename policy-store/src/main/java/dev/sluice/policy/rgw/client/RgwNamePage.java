package dev.sluice.policy.rgw.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a list of names.
 *
 * @param marker by which the next part is asked for; empty: this is the last one
 */
public record RgwNamePage(List<String> names, String marker) {
    public RgwNamePage {
        names = List.copyOf(names);
    }

    /** Only the marker that RGW returned leads on: a name of the page may not. */
    static RgwNamePage ofUsers(byte[] json) throws IOException {
        List<String> names = new ArrayList<>();
        String[] marker = {""};
        boolean[] isTruncated = {false};
        RgwJson.read(json, (field, value) -> {
            switch (field) {
                case "keys" -> value.texts(names::add);
                case "marker" -> marker[0] = value.text();
                case "truncated" -> isTruncated[0] = value.isTrue();
                default -> {
                    // skipped
                }
            }
        });
        return new RgwNamePage(names, isTruncated[0] ? marker[0] : "");
    }

    /** RGW writes {@code tenant/name}. */
    static RgwNamePage ofBuckets(byte[] json) throws IOException {
        List<String> names = new ArrayList<>();
        RgwJson.readTexts(json, name -> names.add(name.replace('/', ':')));
        return new RgwNamePage(names, "");
    }
}
