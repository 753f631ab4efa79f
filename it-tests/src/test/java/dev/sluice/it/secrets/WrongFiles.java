package dev.sluice.it.secrets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Configurations with a mistake each, near an access key or a secret: the message about it must not show what stands there.
 *
 * @param folder to write them to
 */
record WrongFiles(Path folder, String accessKey, String secret) {
    /** KEY and SECRET stand for the texts. */
    private static final List<String> LIMITS = List.of(
            "limits { access-keys { KEY = } }",
            "limits { access-keys { KEY alice } }",
            "limits { access-keys { \"KEY = alice } }",
            "limits { access-keys { KEY = \"alice } }",
            "limits { access-keys { KEY = ${SECRET } }",
            "limits { access-keys { KEY = alice",
            "limits { access-keys { KEY = alice } } }",
            "limits { access-keys KEY = alice }",
            "limits { access-keys = KEY }",
            "limits { access-keys { KEY = alice, KEY = bob } }",
            "limits { access-keys { KEY { SECRET = 1 } } }",
            "limits { access-keys { KEY = [SECRET] } }",
            "limits { access-keys { KEY = \"SECRET:sub\" } }",
            "limits { access-keys { KEY = \"key:SECRET\" } }",
            "limits { access-keys { KEY = \"SECRET$\" } }",
            "limits { access-keys { KEY = \"\" } }",
            "limits { access-keys { KEY = ${NO_SUCH_VARIABLE} } }",
            "limits { acces-keys { KEY = alice, KEY = bob } }",
            "limits { KEY = alice }",
            "limits { KEY = alice, KEY = bob }",
            "limits { } KEY = alice",
            "limits { } access-keys { KEY = alice, KEY = bob }",
            "limits { users { KEY = alice } }",
            "limits { users { KEY = alice, KEY = bob } }",
            "limits { each-user { KEY = alice } }",
            "limits { defaults { KEY = alice } }",
            "limits { system-users = [KEY], access-keys { KEY = alice } }",
            "include \"KEY\"",
            "KEY:SECRET",
            "aws_id=KEY\naws_secret=SECRET\n");

    private static final List<String> SETTINGS = List.of(
            "rgw-admin { access-key = \"KEY\", secret-key-file = two-lines }",
            "rgw-admin { access-key = \"KEY\", secret-key-file = blanks }",
            "rgw-admin { access-key = \"KEY\", secret-key = \"SECRET\" }",
            "rgw-admin { access-key = \"KEY KEY\", secret-key-file = secret }",
            "rgw-admin { access-key = [\"KEY\"], secret-key-file = secret }",
            "rgw-admin { access-key = { \"KEY\" = 1 }, secret-key-file = secret }",
            "rgw-admin { access-key = \"KEY\", access-key = \"KEYKEY\", secret-key-file = secret }",
            "rgw-admin { access-key = \"KEY\" secret-key-file = secret }",
            "rgw-admin { access-key = \"KEY }",
            "rgw-admin { access-key = \"SECRET\", secret-key-file = no-such-file }",
            "admin.token-file = two-lines",
            "admin.token-file = blanks",
            "admin { token = \"SECRET\" }",
            "admin.token-file = { \"SECRET\" = 1 }",
            "sync { listen = \"tcp://127.0.0.1:0\", curve { secret-key-file = secret, allowed-keys-dir = \".\" } }",
            "sync { listen = \"tcp://127.0.0.1:0\", curve { secret-key-file = two-lines, allowed-keys-dir = \".\" } }",
            "listen.tls { certificate-file = secret, key-file = pem }",
            "upstream.tls.ca-file = pem");

    /** Writes all, and returns the settings files. */
    List<Path> write() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String limits : LIMITS) {
            files.add(write(files.size(), "", limits));
        }
        for (String settings : SETTINGS) {
            files.add(write(files.size(), settings, "limits { }"));
        }
        return files;
    }

    private Path write(int number, String settings, String limits) throws IOException {
        Path home = Files.createDirectories(folder.resolve(Integer.toString(number)));
        Files.writeString(home.resolve("limits.conf"), filled(limits));
        Files.writeString(home.resolve("secret"), secret);
        Files.writeString(home.resolve("two-lines"), secret + "\n" + secret);
        Files.writeString(home.resolve("blanks"), secret + " " + secret);
        Files.writeString(
                home.resolve("pem"), "-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n");
        Files.writeString(home.resolve("other.pub"), secret);
        return Files.writeString(
                home.resolve("sluice.conf"),
                "sluice {\n  upstream.address = \"127.0.0.1:1\"\n  " + filled(settings) + "\n}\n");
    }

    private String filled(String text) {
        return text.replace("KEY", accessKey).replace("SECRET", secret);
    }
}
