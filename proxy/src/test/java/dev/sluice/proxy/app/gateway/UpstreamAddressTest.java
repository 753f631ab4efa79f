package dev.sluice.proxy.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamAddressTest {
    private final List<String> known = new ArrayList<>(List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    private int lookups;
    private final UpstreamAddress address = new UpstreamAddress("rgw", 80, host -> {
        lookups++;
        if (known.isEmpty()) {
            throw new UnknownHostException(host);
        }
        InetAddress[] found = new InetAddress[known.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(known.get(i));
        }
        return found;
    });

    private static InetSocketAddress at(String ip) {
        return new InetSocketAddress(ip, 80);
    }

    @Test
    void candidates_areAllAddressesOfTheName() {
        assertThat(address.candidates()).containsExactly(at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.3"));
    }

    @Test
    void addressThatLastWorked_isTriedFirst_alsoAfterALookup() {
        address.onConnected(at("10.0.0.2"));
        assertThat(address.candidates()).startsWith(at("10.0.0.2"), at("10.0.0.1"));

        address.refresh();
        assertThat(address.candidates()).startsWith(at("10.0.0.2")).hasSize(3);
    }

    @Test
    void addressThatIsGone_isNoLongerTried() {
        address.onConnected(at("10.0.0.2"));
        known.remove("10.0.0.2");

        address.refresh();

        assertThat(address.candidates()).containsExactly(at("10.0.0.1"), at("10.0.0.3"));
    }

    @Test
    void nameThatIsUnknownForATime_keepsItsAddresses() {
        known.clear();

        address.refresh();

        assertThat(address.candidates()).hasSize(3);
    }

    @Test
    void nameThatWasNeverKnown_isOneUnresolvedCandidate() {
        var unknown = new UpstreamAddress("nowhere.invalid", 80, host -> {
            throw new UnknownHostException(host);
        });

        assertThat(unknown.candidates()).singleElement().matches(InetSocketAddress::isUnresolved);
    }

    @Test
    void nameIsLookedUpAgain_afterAFailureOnly() {
        address.refreshAfterFailure();
        assertThat(lookups).isEqualTo(1);

        address.onFailed(at("10.0.0.1"));
        address.refreshAfterFailure();
        address.refreshAfterFailure();
        assertThat(lookups).isEqualTo(2);
    }

    @Test
    void nameOfVeryManyAddresses_hasABoundedNumberOfCandidates() {
        for (int i = 10; i < 60; i++) {
            known.add("10.0.0." + i);
        }

        address.refresh();

        assertThat(address.candidates()).hasSize(8);
    }
}
