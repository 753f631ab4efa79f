package dev.sluice.proxy.quota.definitions;

import java.util.List;
import java.util.Optional;

/**
 * Some quotas, in order.
 *
 * @param next the value of {@code after} for those that follow; empty: there are no more
 */
record QuotaListBody(List<QuotaBody> quotas, Optional<String> next) {
    QuotaListBody {
        quotas = List.copyOf(quotas);
    }
}
