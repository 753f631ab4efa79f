package dev.sluice.proxy.app.log;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What differs between two contents of a limits file, in words. */
final class LimitsChange {
    private static final List<Scope> UNNAMED =
            List.of(Scope.TOTAL, Scope.ANONYMOUS, Scope.UNPROVEN, Scope.USER, Scope.BUCKET);
    private static final List<Scope> NAMED = List.of(Scope.TENANT, Scope.USER, Scope.BUCKET);

    private final int textsMax;
    private final List<String> texts = new ArrayList<>();
    private int count;

    private LimitsChange(int textsMax) {
        this.textsMax = textsMax;
    }

    /**
     * Compares two contents.
     *
     * @param textsMax how many differences are put in words; the others are counted
     */
    static LimitsChange between(PolicyLayer before, PolicyLayer after, int textsMax) {
        LimitsChange change = new LimitsChange(textsMax);
        for (Scope scope : UNNAMED) {
            change.compare(
                    new PolicyEntry(scope, ""),
                    before.limits().unnamed(scope),
                    after.limits().unnamed(scope),
                    true);
        }
        for (Scope scope : NAMED) {
            change.compareNamed(scope, before.limits(), after.limits());
        }
        // Neither an access key nor its number of owners is anybody's business here: one may be a secret.
        if (!before.accessKeys().equals(after.accessKeys())) {
            change.add("access-keys: " + before.accessKeys().size() + " before, "
                    + after.accessKeys().size() + " now, or with other owners");
        }
        if (!before.systemUsers().equals(after.systemUsers())) {
            change.add("system-users = " + new TreeSet<>(after.systemUsers()));
        }
        return change;
    }

    private void compareNamed(Scope scope, Policy before, Policy after) {
        Map<String, LimitSet> was = before.named(scope);
        Map<String, LimitSet> is = after.named(scope);
        Set<String> names = new TreeSet<>(was.keySet());
        names.addAll(is.keySet());
        for (String name : names) {
            PolicyEntry entry = new PolicyEntry(scope, name);
            LimitSet old = was.get(name);
            LimitSet now = is.get(name);
            if (now == null) {
                add(entry.text() + " is removed");
            } else {
                compare(entry, Objects.requireNonNullElse(old, LimitSet.UNLIMITED), now, old != null);
            }
        }
    }

    private void compare(PolicyEntry entry, LimitSet before, LimitSet after, boolean isKept) {
        if (!isKept && after.isUnlimited()) {
            add(entry.text() + " is new, without limits");
        }
        for (int i = 0; i < Dimension.count(); i++) {
            Dimension dimension = Dimension.at(i);
            Limit was = before.get(dimension);
            Limit is = after.get(dimension);
            if (!Objects.equals(was, is)) {
                add(entry.text() + "." + dimension.key() + " " + words(was, is));
            }
        }
    }

    private static String words(@Nullable Limit was, @Nullable Limit is) {
        if (is == null) {
            return "is removed";
        }
        if (was == null) {
            return "= " + is.text() + " is new";
        }
        boolean isSameAmount = was.text().equals(is.text());
        return "= " + is.text() + (isSameAmount ? " has another meter, sharing or rule" : ", was " + was.text());
    }

    private void add(String text) {
        count++;
        if (texts.size() < textsMax) {
            texts.add(text);
        }
    }

    /** The first differences, one each. */
    List<String> texts() {
        return List.copyOf(texts);
    }

    /** How many differences there are. */
    int count() {
        return count;
    }
}
