package dev.sluice.proxy.downstream;

/** Which of a client's timeouts has expired. */
enum ClientTimeout {
    NONE,
    /** The PROXY header did not come. */
    PROXY_HEADER,
    /** The client takes its responses too slowly, or not at all. */
    SLOW_READER,
    /** The client sends its body too slowly. */
    SLOW_UPLOAD,
    /** The exchange made no progress; it knows on which side. */
    EXCHANGE,
    /** A head began and did not end. */
    HEAD,
    /** The client has left while its request waits for room. */
    LEFT,
    /** The client is idle while the sidecar drains. */
    DRAIN,
    /** The client is idle. */
    IDLE,
    /** Any other timeout: nobody would read a response. */
    SILENT
}
