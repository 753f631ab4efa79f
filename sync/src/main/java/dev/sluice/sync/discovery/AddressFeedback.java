package dev.sluice.sync.discovery;

/** Whether the addresses that names stand for work. Called by the thread that receives reports; never blocks. */
public interface AddressFeedback {
    /** Nobody looks at it. */
    AddressFeedback NONE = new AddressFeedback() {
        @Override
        public void worked(String address) {}

        @Override
        public void failed(String address) {}
    };

    /** A usable report came from that address, the first by its connection. */
    void worked(String address);

    /** A connection to that address was refused, ended, or brought nothing. */
    void failed(String address);
}
