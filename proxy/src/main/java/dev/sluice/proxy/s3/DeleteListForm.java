package dev.sluice.proxy.s3;

/** How a body lists the objects to delete. */
public enum DeleteListForm {
    /** The XML of DeleteObjects. */
    OBJECT_TAGS,
    /** Swift's bulk delete: a path in each line. RGW has no maximum for it. */
    LINES
}
