package dev.sluice.proxy.s3;

/**
 * Counts the objects that a DeleteObjects request names, while its XML passes by in pieces: RGW deletes each of them, so
 * each counts as a delete. The XML is not parsed, only its {@code <Object>} tags are looked for, in constant memory.
 *
 * <p>Nobody makes it count less than RGW deletes: zero bytes are skipped, so that UTF-16, which RGW's parser takes too,
 * reads like ASCII, and a document that declares a type, and so may name objects by entities, counts as the most that
 * RGW deletes at once. What is no tag but looks like one, as in a comment, counts at its author's expense.
 *
 * <p>Source: RGW's {@code rgw_multi_del.cc}, which takes the children {@code Object} of {@code Delete}, and its option
 * {@code rgw_delete_multi_obj_max_num}; its {@code rgw_rest_s3.cc} refuses bodies in aws-chunks for all but objects.
 * Belongs to one event loop.
 */
public final class DeleteListCounter {
    /** RGW refuses to delete more than that at once, unless it is told otherwise. */
    public static final int MOST = 1000;

    private static final byte[] TAG = {'<', 'O', 'b', 'j', 'e', 'c', 't'};
    private static final byte[] DECLARATION = {'<', '!', 'D'};

    private int tagMatched;
    private int declarationMatched;
    private int objects;

    /** A new request. */
    public void begin() {
        tagMatched = 0;
        declarationMatched = 0;
        objects = 0;
    }

    /**
     * Looks at the next byte of the body's content.
     *
     * @return by how many objects the list has grown; over a whole body {@value #MOST} at most
     */
    public int add(byte b) {
        int before = objects;
        if (b != 0 && objects < MOST) {
            advance(b);
        }
        return objects - before;
    }

    /** The rest can't be looked at: it counts as the most that it may hold. Returns by how many the list has grown. */
    public int assumeMost() {
        int before = objects;
        objects = MOST;
        return MOST - before;
    }

    private void advance(byte b) {
        if (tagMatched == TAG.length) {
            objects += endsName(b) ? 1 : 0;
            tagMatched = 0;
        }
        tagMatched = b == TAG[tagMatched] ? tagMatched + 1 : b == '<' ? 1 : 0;
        declarationMatched = b == DECLARATION[declarationMatched] ? declarationMatched + 1 : b == '<' ? 1 : 0;
        if (declarationMatched == DECLARATION.length) {
            objects = MOST;
        }
    }

    private static boolean endsName(byte b) {
        return b == '>' || b == '/' || b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
