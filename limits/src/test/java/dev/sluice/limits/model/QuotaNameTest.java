package dev.sluice.limits.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuotaNameTest {
    @Test
    void namesThatAreNumbered_haveHashesOfTheirOwn() {
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < 1000; j++) {
                hashes.add(new QuotaName("team-" + i, "resource-" + j).hashCode());
            }
        }

        assertThat(hashes).hasSizeGreaterThan(99_000);
    }

    @Test
    void partsAreNotJoined() {
        QuotaName name = new QuotaName("a_b", "c");

        assertThat(name).isNotEqualTo(new QuotaName("a", "b_c")).isEqualTo(QuotaName.ofSubject(name.subject()));
        assertThat(new QuotaName("a/b%", "c/d").subject()).isNotEqualTo(new QuotaName("a", "b%/c/d").subject());
        assertThat(QuotaName.ofSubject(new QuotaName("a/b%", "c/d").subject())).isEqualTo(new QuotaName("a/b%", "c/d"));
    }
}
