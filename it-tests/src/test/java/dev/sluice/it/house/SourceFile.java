package dev.sluice.it.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One Java file, read as text.
 *
 * @param path relative to the root of the source tree, with slashes
 */
record SourceFile(String path, String text) {
    private static final Pattern TYPE = Pattern.compile(
            "^(?<public>public )?(?:(?:abstract|final|sealed|non-sealed|strictfp) )*(?:@?interface|class|record|enum) ",
            Pattern.MULTILINE);
    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            "/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*'",
            Pattern.DOTALL);
    private static final Pattern IMPORT_OR_PACKAGE = Pattern.compile("^(?:import|package) [^;]*;", Pattern.MULTILINE);
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:[_-][a-z0-9]+)*");

    static SourceFile read(Path root, Path file) {
        try {
            return new SourceFile(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isMain() {
        return path.contains("/src/main/");
    }

    boolean isPackageInfo() {
        return path.endsWith("/package-info.java");
    }

    /** The folder, which is the package within its module. */
    String folder() {
        return path.substring(0, path.lastIndexOf('/'));
    }

    String simpleName() {
        return path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length());
    }

    int lines() {
        return (int) text.lines().count();
    }

    /** Whether the first type of the file is public. */
    boolean isPublic() {
        Matcher type = TYPE.matcher(text);
        return type.find() && type.group("public") != null;
    }

    /** The javadoc before the first type; empty: there is none. */
    String headComment() {
        Matcher type = TYPE.matcher(text);
        if (!type.find()) {
            return "";
        }
        String before = text.substring(0, type.start());
        int start = before.lastIndexOf("/**");
        int end = before.indexOf("*/", Math.max(0, start));
        return start < 0 || end < 0 ? "" : before.substring(start, end);
    }

    /** All identifiers in the code, imports left out. */
    Set<String> identifiers() {
        String code = COMMENT_OR_LITERAL.matcher(text).replaceAll(" ");
        String body = IMPORT_OR_PACKAGE.matcher(code).replaceAll(" ");
        return IDENTIFIER
                .matcher(body)
                .results()
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** String literals that are a name, such as a metric, a key of JSON or a setting. */
    List<String> literalNames() {
        return COMMENT_OR_LITERAL
                .matcher(text)
                .results()
                .map(match -> match.group())
                .filter(token -> token.startsWith("\"") && !token.startsWith("\"\"\""))
                .map(token -> token.substring(1, token.length() - 1))
                .filter(literal -> NAME.matcher(literal).matches())
                .distinct()
                .toList();
    }
}
