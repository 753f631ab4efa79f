package dev.sluice.it.quota;

import dev.sluice.it.harness.process.LoopbackHosts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One process answers as clients of QMS expect, on both backends of allocations. */
class QuotaBehaviourIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"memory", "local"})
    void process_answersAsClientsOfQmsExpect(String backend) throws Exception {
        String settings = "sync.listen = \"tcp://" + LoopbackHosts.host() + ":7070\", quota.alloc { backend = "
                + backend + ", dir = data }";
        try (QuotaProcess process = new QuotaProcess(folder.resolve(backend), settings, QuotaBehaviours.QUOTAS)) {
            new QuotaBehaviours(List.of(process.address())).check();
        }
    }
}
