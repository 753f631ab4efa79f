package dev.sluice.it.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Dependencies point down: between modules, and between the packages of a module.
 *
 * <pre>
 *  demo   benchmarks
 *     \   /
 *     proxy         simulate
 *     /   \         /
 *  policy  sync ---+
 *     \   /
 *     limits
 *       |
 *     common
 * </pre>
 */
@AnalyzeClasses(
        packages = "dev.sluice",
        importOptions = {ImportOption.DoNotIncludeTests.class, DependencyDirectionTest.NoTestJars.class})
class DependencyDirectionTest {
    /** The tests of another module, which these use. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String COMMON = "dev.sluice.common..";
    private static final String LIMITS = "dev.sluice.limits..";
    private static final String SYNC = "dev.sluice.sync..";
    private static final String POLICY = "dev.sluice.policy..";
    private static final String QUOTA = "dev.sluice.quota..";
    private static final String PROXY = "dev.sluice.proxy..";
    private static final String SIMULATE = "dev.sluice.simulate..";
    private static final String DEMO = "dev.sluice.demo..";
    private static final String BENCHMARKS = "dev.sluice.benchmarks..";
    private static final String OURS = "dev.sluice..";
    private static final String[] JDK = {"java..", "javax.crypto..", "org.jspecify.annotations.."};

    @ArchTest
    static final ArchRule commonNeedsOnlyTheJdk = needsOnlyTheJdk(COMMON);

    @ArchTest
    static final ArchRule limitsNeedsOnlyCommonAndTheJdk = needsOnlyTheJdk(LIMITS, COMMON);

    @ArchTest
    static final ArchRule syncKnowsLimitsAndCommon = knowsOnly(SYNC, LIMITS, COMMON);

    @ArchTest
    static final ArchRule policyStoreKnowsLimitsAndCommon = knowsOnly(POLICY, LIMITS, COMMON);

    @ArchTest
    static final ArchRule quotaKnowsLimitsAndCommon = knowsOnly(QUOTA, LIMITS, COMMON);

    @ArchTest
    static final ArchRule proxyKnowsWhatIsBelowIt = knowsOnly(PROXY, SYNC, POLICY, QUOTA, LIMITS, COMMON);

    @ArchTest
    static final ArchRule simulateKnowsSyncLimitsAndCommon = knowsOnly(SIMULATE, SYNC, LIMITS, COMMON);

    @ArchTest
    static final ArchRule demoKnowsTheProxyAndWhatIsBelowIt =
            knowsOnly(DEMO, PROXY, SYNC, POLICY, QUOTA, LIMITS, COMMON);

    @ArchTest
    static final ArchRule benchmarksKnowTheProxyAndWhatIsBelowIt =
            knowsOnly(BENCHMARKS, PROXY, SYNC, POLICY, QUOTA, LIMITS, COMMON);

    @ArchTest
    static final ArchRule limitsHasLayers =
            PackageLayers.of("dev.sluice.limits", "model", "meter", "pacing", "sharing", "usage", "admission");

    @ArchTest
    static final ArchRule syncHasLayers = PackageLayers.of(
            "dev.sluice.sync",
            "wire",
            "trust",
            "receipts",
            "sessions",
            "history",
            "activity",
            "peers",
            "config",
            "outgoing",
            "relay",
            "discovery",
            "zmq",
            "");

    @ArchTest
    static final ArchRule quotaHasLayers = PackageLayers.of("dev.sluice.quota", "rate", "alloc", "journal", "client");

    @ArchTest
    static final ArchRule policyStoreHasLayers = PackageLayers.of(
            "dev.sluice.policy",
            "hocon",
            "source",
            "identity",
            "limitsfile",
            "quotasfile",
            "keys",
            "rgw.client",
            "rgw",
            "listen",
            "settings",
            "");

    @ArchTest
    static final ArchRule proxyHasLayers = PackageLayers.of(
            "dev.sluice.proxy",
            "http1",
            "s3.uri",
            "s3.auth",
            "s3.signature",
            "s3",
            "admin.json",
            "loop",
            "admin.http",
            "admin.page",
            "admin.api",
            "admin.limits",
            "admin.metrics",
            "admin.live.body",
            "admin.live.activity",
            "admin.live",
            "response",
            "tls",
            "upstream",
            "clientaddress",
            "course",
            "accesslog",
            "exchange",
            "proof",
            "gate",
            "downstream",
            "quota.http",
            "quota.forward",
            "quota.envoy",
            "quota.definitions",
            "quota.server",
            "quota.api",
            "app.gateway",
            "debug",
            "app.heap",
            "app.log",
            "app.sync",
            "app.state",
            "app.quota",
            "app",
            "client",
            "replay",
            "cli",
            "");

    @ArchTest
    static final ArchRule simulateHasLayers =
            PackageLayers.of("dev.sluice.simulate", "scenario", "engine", "study", "");

    @ArchTest
    static final ArchRule demoHasLayers = PackageLayers.of("dev.sluice.demo", "s3", "");

    @ArchTest
    static final ArchRule benchmarksHaveLayers = PackageLayers.of(
            "dev.sluice.benchmarks",
            "bus",
            "report",
            "bed",
            "jmh",
            "jmh.jmh_generated",
            "http",
            "quota",
            "flash",
            "times",
            "");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

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
            .resideInAnyPackage("org.gaul..");

    @ArchTest
    static final ArchRule onlyDemoAndBenchmarksUseAnS3Client = noClasses()
            .that(resideInAPackage(OURS)
                    .and(resideInAnyPackage(DEMO, BENCHMARKS).negate()))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon..");

    private static ArchRule needsOnlyTheJdk(String module, String... below) {
        return classes()
                .that()
                .resideInAPackage(module)
                .should()
                .onlyDependOnClassesThat(
                        resideInAPackage(module).or(resideInAnyPackage(below)).or(resideInAnyPackage(JDK)));
    }

    private static ArchRule knowsOnly(String module, String... below) {
        return noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat(resideInAPackage(OURS)
                        .and(resideInAPackage(module).negate())
                        .and(resideInAnyPackage(below).negate()));
    }
}
