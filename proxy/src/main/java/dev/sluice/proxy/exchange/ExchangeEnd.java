package dev.sluice.proxy.exchange;

import dev.sluice.proxy.response.ErrorKind;

/** How an exchange ended, and so what is left to do for its client. */
public sealed interface ExchangeEnd {
    /** The whole response was passed on. */
    record Completed() implements ExchangeEnd {}

    /** No part of a response was passed on: the client is to get this error. */
    record Failed(ErrorKind kind) implements ExchangeEnd {}

    /** The response broke off: the client must see that it is incomplete. */
    record BrokenOff() implements ExchangeEnd {}

    /** The response broke off, and its end would be the end of the connection: the connection must be reset. */
    record BrokenOffUndelimited() implements ExchangeEnd {}

    ExchangeEnd COMPLETED = new Completed();
    ExchangeEnd BROKEN_OFF = new BrokenOff();
    ExchangeEnd BROKEN_OFF_UNDELIMITED = new BrokenOffUndelimited();
}
