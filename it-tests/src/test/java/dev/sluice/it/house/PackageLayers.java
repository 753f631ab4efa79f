package dev.sluice.it.house;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;

/** The packages of a module in an order in which each may depend on those before it, and on none after it. */
final class PackageLayers {
    private final String base;
    private final List<String> bottomFirst;

    private PackageLayers(String base, List<String> bottomFirst) {
        this.base = base;
        this.bottomFirst = List.copyOf(bottomFirst);
    }

    /**
     * A rule that also fails for a package without a layer.
     *
     * @param base the package of the module
     * @param bottomFirst names of packages below the base, the lowest first; empty: the base itself
     */
    static ArchRule of(String base, String... bottomFirst) {
        PackageLayers layers = new PackageLayers(base, List.of(bottomFirst));
        return ArchRuleDefinition.classes().that().resideInAPackage(base + "..").should(layers.dependDownward());
    }

    private ArchCondition<JavaClass> dependDownward() {
        return new ArchCondition<>("depend only on lower layers of " + base + ": " + bottomFirst) {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                int layer = layerOf(origin);
                if (layer < 0) {
                    events.add(SimpleConditionEvent.violated(origin, origin.getPackageName() + " has no layer"));
                    return;
                }
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    if (layerOf(dependency.getTargetClass().getBaseComponentType()) > layer) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private int layerOf(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(base)) {
            return bottomFirst.indexOf("");
        }
        return name.startsWith(base + ".") ? bottomFirst.indexOf(name.substring(base.length() + 1)) : -1;
    }
}
