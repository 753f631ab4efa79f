package dev.sluice.proxy.s3;

/**
 * Counts the objects that a DeleteObjects request names while its XML passes in pieces. RGW deletes each of them, so
 * each counts as a delete. The XML is not parsed: the counter looks for {@code <Object>} tags, in constant memory. Of
 * Swift's bulk delete it counts the lines that are not empty.
 *
 * <p>No document counts less than RGW deletes. Zero bytes are skipped, so that UTF-16, which RGW's parser accepts too,
 * is counted like ASCII. A document with a type declaration may name objects by entities, so it counts as the maximum.
 * Text that looks like a tag, as in a comment, counts too.
 *
 * <p>Source: RGW's {@code rgw_multi_del.cc}, which takes the children {@code Object} of {@code Delete}, and its option
 * {@code rgw_delete_multi_obj_max_num}; its {@code rgw_rest_s3.cc} refuses bodies in aws-chunks for all but objects.
 * Belongs to one event loop.
 */
public final class DeleteListCounter {
    /** The default maximum of RGW for one request. */
    public static final int OBJECTS_MAX = 1000;

    private static final byte[] TAG = {'<', 'O', 'b', 'j', 'e', 'c', 't'};
    private static final byte[] DECLARATION = {'<', '!', 'D'};

    private final DeleteListForm form;
    private boolean inLine;
    private int tagMatched;
    private int declarationMatched;
    private int objects;

    /** Counts the tags of XML. */
    public DeleteListCounter() {
        this(DeleteListForm.OBJECT_TAGS);
    }

    public DeleteListCounter(DeleteListForm form) {
        this.form = form;
    }

    /** Starts a new request. */
    public void begin() {
        inLine = false;
        tagMatched = 0;
        declarationMatched = 0;
        objects = 0;
    }

    /**
     * Takes the next byte of the body's content.
     *
     * @return by how many objects the list has grown; over a whole body of XML at most {@value #OBJECTS_MAX}
     */
    public int add(byte b) {
        if (form == DeleteListForm.LINES) {
            return addToLine(b);
        }
        int before = objects;
        if (b != 0 && objects < OBJECTS_MAX) {
            advance(b);
        }
        return objects - before;
    }

    /** The rest can't be read: it counts as the largest list. Returns by how many objects the list has grown. */
    public int assumeMax() {
        int before = objects;
        objects = OBJECTS_MAX;
        return OBJECTS_MAX - before;
    }

    private int addToLine(byte b) {
        if (b == '\n') {
            inLine = false;
            return 0;
        }
        if (inLine || b == '\r') {
            return 0;
        }
        inLine = true;
        return 1;
    }

    private void advance(byte b) {
        if (tagMatched == TAG.length) {
            objects += endsName(b) ? 1 : 0;
            tagMatched = 0;
        }
        tagMatched = b == TAG[tagMatched] ? tagMatched + 1 : b == '<' ? 1 : 0;
        declarationMatched = b == DECLARATION[declarationMatched] ? declarationMatched + 1 : b == '<' ? 1 : 0;
        if (declarationMatched == DECLARATION.length) {
            objects = OBJECTS_MAX;
        }
    }

    private static boolean endsName(byte b) {
        return b == '>' || b == '/' || b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
