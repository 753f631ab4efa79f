package dev.sluice.proxy.http1;

/**
 * The extensions of one chunk: {@code ;name}, {@code ;name=token}, {@code ;name="quoted"}, any number, without blanks
 * but in quotes, all ASCII. No control characters, so that no reader can take one for the end of the line.
 */
final class ChunkExtension {
    private enum State {
        NAME_START,
        NAME,
        VALUE_START,
        TOKEN,
        QUOTED,
        ESCAPED,
        QUOTED_END,
        WRONG
    }

    private State state = State.NAME_START;

    /** A semicolon was read. */
    void start() {
        state = State.NAME_START;
    }

    /** Whether a byte may follow, the line's end excepted. */
    boolean accepts(byte octet) {
        state = after(octet);
        return state != State.WRONG;
    }

    /** Whether the line may end here. */
    boolean mayEnd() {
        return state == State.NAME || state == State.TOKEN || state == State.QUOTED_END;
    }

    private State after(byte octet) {
        return switch (state) {
            case NAME_START -> OctetClasses.is(OctetClasses.TOKEN, octet) ? State.NAME : State.WRONG;
            case NAME -> octet == '=' ? State.VALUE_START : nextOr(octet, State.NAME);
            case VALUE_START -> octet == '"' ? State.QUOTED : token(octet, State.TOKEN);
            case TOKEN -> nextOr(octet, State.TOKEN);
            case QUOTED -> quoted(octet);
            case ESCAPED -> isText(octet) ? State.QUOTED : State.WRONG;
            case QUOTED_END -> octet == ';' ? State.NAME_START : State.WRONG;
            case WRONG -> State.WRONG;
        };
    }

    private static State nextOr(byte octet, State same) {
        return octet == ';' ? State.NAME_START : token(octet, same);
    }

    private static State token(byte octet, State then) {
        return OctetClasses.is(OctetClasses.TOKEN, octet) ? then : State.WRONG;
    }

    private static State quoted(byte octet) {
        if (octet == '"') {
            return State.QUOTED_END;
        }
        if (octet == '\\') {
            return State.ESCAPED;
        }
        return isText(octet) ? State.QUOTED : State.WRONG;
    }

    private static boolean isText(byte octet) {
        return octet > 0 && OctetClasses.is(OctetClasses.VALUE, octet);
    }
}
