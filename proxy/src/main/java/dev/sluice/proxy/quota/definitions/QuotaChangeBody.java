package dev.sluice.proxy.quota.definitions;

import java.util.Optional;

/**
 * What a change did.
 *
 * @param before as it was; empty: there was none
 * @param after as it is now; empty: there is none
 * @param file that the change was written to
 */
record QuotaChangeBody(Optional<QuotaBody> before, Optional<QuotaBody> after, String file) {}
