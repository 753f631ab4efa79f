package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.quota.alloc.AllocCommand.Define;
import dev.sluice.quota.alloc.AllocStep;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import dev.sluice.quota.alloc.AllocStep.Free;
import dev.sluice.quota.alloc.IdempotencyKey;
import dev.sluice.quota.alloc.LeaseTerms;
import dev.sluice.quota.rate.RateStep;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;

/** The fields of one call while they are read, in any order. Belongs to one thread. */
final class CallFields {
    private static final long MILLIS_PER_SECOND = 1000;
    private static final long LEASE_SECONDS_MAX = Define.LEASE_MILLIS_MAX / MILLIS_PER_SECOND;

    private int given;
    private String op = "";
    private String namespace = "";
    private String resource = "";
    private String holder = "";
    private String key = "";
    private long tokens;
    private long version;
    private long lease;
    private long seconds;

    /** Takes the value that the parser stands at. */
    void take(CallField field, JsonParser parser) throws BadRequestException {
        if ((given & field.bit()) != 0) {
            throw new BadRequestException(field.key() + " is given twice");
        }
        given |= field.bit();
        switch (field) {
            case OP -> op = text(field, parser, 1);
            case NAMESPACE -> namespace = text(field, parser, 1);
            case RESOURCE -> resource = text(field, parser, 1);
            case HOLDER -> holder = text(field, parser, 0);
            case IDEMPOTENCY_KEY -> key = text(field, parser, 1);
            case TOKENS -> tokens = number(field, parser, 1, AllocStep.TOKENS_MAX);
            case VERSION -> version = number(field, parser, AllocStep.ANY_VERSION, Long.MAX_VALUE);
            case LEASE -> lease = number(field, parser, 1, Long.MAX_VALUE);
            case SECONDS -> seconds = number(field, parser, 1, LEASE_SECONDS_MAX);
        }
    }

    private static long number(CallField field, JsonParser parser, long min, long max) throws BadRequestException {
        try {
            if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                long value = parser.getLongValue();
                if (value >= min && value <= max) {
                    return value;
                }
            }
        } catch (InputCoercionException e) {
            // too large for any of them
        }
        throw new BadRequestException(field.key() + " must be a whole number from " + min + " to " + max);
    }

    private static String text(CallField field, JsonParser parser, int charsMin) throws BadRequestException {
        if (parser.currentToken() == JsonToken.VALUE_STRING
                && parser.getStringLength() >= charsMin
                && parser.getStringLength() <= QuotaName.PART_CHARS_MAX) {
            String value = parser.getString();
            if (isPlain(value)) {
                return value;
            }
        }
        throw new BadRequestException(field.key() + " must be a text of " + charsMin + " to " + QuotaName.PART_CHARS_MAX
                + " characters, none of them a control character");
    }

    /** Whether it can be logged, stored and sent back as it is. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c)) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                boolean isPair = Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1));
                if (!isPair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The field {@code op}; empty: not given. */
    String op() {
        return op;
    }

    /** The call that they make. */
    QuotaCall call(CallKind kind) throws BadRequestException {
        CallField strange = kind.strange(given);
        if (strange != null) {
            throw new BadRequestException(kind.label() + " has no field " + strange.key());
        }
        CallField missing = kind.missing(given);
        if (missing != null) {
            throw new BadRequestException(missing.key() + " is missing");
        }
        return switch (kind) {
            case ALLOW -> new QuotaCall.Allow(rateStep(), key);
            case VIEW -> new QuotaCall.View(new QuotaName(namespace, resource));
            case ALLOC ->
                new QuotaCall.Change(
                        new Allocate(new QuotaName(namespace, resource), tokens, version, leaseTerms()), key);
            case FREE ->
                new QuotaCall.Change(new Free(new QuotaName(namespace, resource), tokens, version, lease), key);
            case RENEW -> new QuotaCall.Renew(lease, seconds * MILLIS_PER_SECOND);
        };
    }

    private RateStep rateStep() throws BadRequestException {
        if (tokens > RateStep.TOKENS_MAX) {
            throw new BadRequestException("tokens must be a whole number from 1 to " + RateStep.TOKENS_MAX);
        }
        return new RateStep(new QuotaName(namespace, resource), tokens);
    }

    /** In an allocation {@code lease} is how long it lasts, in seconds. */
    private Optional<LeaseTerms> leaseTerms() throws BadRequestException {
        if ((given & CallField.LEASE.bit()) == 0) {
            if ((given & CallField.HOLDER.bit()) != 0) {
                throw new BadRequestException("holder needs a lease");
            }
            return Optional.empty();
        }
        if (lease > LEASE_SECONDS_MAX) {
            throw new BadRequestException("lease must be a whole number of seconds from 1 to " + LEASE_SECONDS_MAX);
        }
        return Optional.of(new LeaseTerms(lease * MILLIS_PER_SECOND, holder));
    }

    static {
        if (IdempotencyKey.CHARS_MAX != QuotaName.PART_CHARS_MAX
                || LeaseTerms.HOLDER_CHARS_MAX != QuotaName.PART_CHARS_MAX) {
            throw new IllegalStateException("one bound is for all texts");
        }
    }
}
