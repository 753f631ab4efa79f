package dev.sluice.proxy.http1;

/**
 * The extensions of one chunk: {@code ;name}, {@code ;name=token}, {@code ;name="quoted"}, any number, without blanks
 * but in quotes, all ASCII. No control characters, so that no reader can take one for the end of the line.
 */
final class ChunkExtension {
    private enum ExtensionState {
        NAME_START,
        NAME,
        VALUE_START,
        TOKEN,
        QUOTED,
        ESCAPED,
        QUOTED_END,
        WRONG
    }

    private ExtensionState state = ExtensionState.NAME_START;

    /** A semicolon was read. */
    void start() {
        state = ExtensionState.NAME_START;
    }

    /** Whether a byte may follow, the line's end excepted. */
    boolean accepts(byte octet) {
        state = after(octet);
        return state != ExtensionState.WRONG;
    }

    /** Whether the line may end here. */
    boolean mayEnd() {
        return state == ExtensionState.NAME || state == ExtensionState.TOKEN || state == ExtensionState.QUOTED_END;
    }

    private ExtensionState after(byte octet) {
        return switch (state) {
            case NAME_START -> OctetClasses.is(OctetClasses.TOKEN, octet) ? ExtensionState.NAME : ExtensionState.WRONG;
            case NAME -> octet == '=' ? ExtensionState.VALUE_START : nextOr(octet, ExtensionState.NAME);
            case VALUE_START -> octet == '"' ? ExtensionState.QUOTED : token(octet, ExtensionState.TOKEN);
            case TOKEN -> nextOr(octet, ExtensionState.TOKEN);
            case QUOTED -> quoted(octet);
            case ESCAPED -> isText(octet) ? ExtensionState.QUOTED : ExtensionState.WRONG;
            case QUOTED_END -> octet == ';' ? ExtensionState.NAME_START : ExtensionState.WRONG;
            case WRONG -> ExtensionState.WRONG;
        };
    }

    private static ExtensionState nextOr(byte octet, ExtensionState same) {
        return octet == ';' ? ExtensionState.NAME_START : token(octet, same);
    }

    private static ExtensionState token(byte octet, ExtensionState then) {
        return OctetClasses.is(OctetClasses.TOKEN, octet) ? then : ExtensionState.WRONG;
    }

    private static ExtensionState quoted(byte octet) {
        if (octet == '"') {
            return ExtensionState.QUOTED_END;
        }
        if (octet == '\\') {
            return ExtensionState.ESCAPED;
        }
        return isText(octet) ? ExtensionState.QUOTED : ExtensionState.WRONG;
    }

    private static boolean isText(byte octet) {
        return octet > 0 && OctetClasses.is(OctetClasses.VALUE, octet);
    }
}
