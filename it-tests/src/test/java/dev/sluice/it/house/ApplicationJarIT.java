package dev.sluice.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What is shipped, and what must not be. */
class ApplicationJarIT {
    @Test
    void jar_holdsNothingOfTheDemo() throws Exception {
        try (var jar = new JarFile(SidecarProcess.jar().toFile())) {
            var names = jar.stream().map(entry -> entry.getName()).toList();

            for (var foreign : List.of("org/gaul/", "software/amazon/", "com/google/common/", "dev/sluice/demo/")) {
                assertThat(names).as(foreign).noneMatch(name -> name.startsWith(foreign));
            }
            assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
                    .startsWith("dev.sluice.");
        }
    }

    @Test
    void check_findsNoFault_withTheConfigurationOfCompose() {
        ShellCommand.of(
                        SidecarProcess.java(),
                        "-jar",
                        SidecarProcess.jar().toString(),
                        "check",
                        "-c",
                        SourceTree.path("deploy/sluice/sluice.conf").toString())
                .with(Map.of("SLUICE_UPSTREAM", "ceph:7481", "SLUICE_PEER", "tcp://sidecar2:7070"))
                .output();
    }
}
