package dev.sluice.proxy.http1;

/** Prints what parsing one head costs, in ns: a {@code main} to run by hand, see docs/http.md. */
final class ParseSpeed {
    private static final int PARSES = 2_000_000;
    private static final int ROUNDS = 8;

    private ParseSpeed() {}

    public static void main(String[] args) {
        byte[] bytes = RealHeads.SIGNED_GET;
        RequestHead head = new RequestHead();
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < PARSES; i++) {
                if (head.parse(bytes, bytes.length, bytes.length) == HeadParseResult.COMPLETE) {
                    sum += head.length() + head.targetEnd();
                }
            }
            double nanos = (double) (System.nanoTime() - start) / PARSES;
            System.out.printf(
                    "%d bytes, %d lines: %.0f ns%n",
                    bytes.length, head.headers().count(), nanos);
        }
        System.out.println("(" + sum + ")");
    }
}
