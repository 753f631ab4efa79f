package dev.sluice.it.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point down: demo, proxy, then those in the middle that do not know each other, then limits. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyDirectionTest {
    private static final String LIMITS = "dev.sluice.limits..";
    private static final String SYNC = "dev.sluice.sync..";
    private static final String POLICY = "dev.sluice.policy..";
    private static final String PROXY = "dev.sluice.proxy..";
    private static final String DEMO = "dev.sluice.demo..";
    private static final String OURS = "dev.sluice..";

    @ArchTest
    static final ArchRule limitsNeedsOnlyTheJdk = classes()
            .that()
            .resideInAPackage(LIMITS)
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage(LIMITS, "java..", "javax.crypto..", "org.jspecify.annotations.."));

    @ArchTest
    static final ArchRule syncKnowsOnlyLimits = knowsOnly(SYNC, LIMITS);

    @ArchTest
    static final ArchRule policyStoreKnowsOnlyLimits = knowsOnly(POLICY, LIMITS);

    @ArchTest
    static final ArchRule proxyDoesNotKnowTheDemo = noClasses()
            .that()
            .resideInAPackage(PROXY)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(DEMO);

    @ArchTest
    static final ArchRule parsingS3NeedsNoNetwork = noClasses()
            .that()
            .resideInAPackage("dev.sluice.proxy.s3..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "java.net.http..", "java.nio.channels..");

    @ArchTest
    static final ArchRule onlyTheDemoEmbedsAnS3Server = noClasses()
            .that(resideInAPackage(OURS).and(resideInAPackage(DEMO).negate()))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.gaul..", "software.amazon..");

    @ArchTest
    static final ArchRule packagesDoNotGoInCircles =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

    private static ArchRule knowsOnly(String one, String below) {
        return noClasses()
                .that()
                .resideInAPackage(one)
                .should()
                .dependOnClassesThat(resideInAPackage(OURS)
                        .and(resideInAnyPackage(one, below).negate()));
    }
}
