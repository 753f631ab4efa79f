package dev.sluice.proxy.admin.http;

/**
 * The JSON of an error: <code>{"status":0,"msg":"...","result":""}</code>.
 *
 * @param status 0 for every error
 * @param msg what is wrong, and what would be right
 * @param result empty
 */
record ErrorBody(int status, String msg, String result) {
    ErrorBody(String message) {
        this(0, message, "");
    }
}
