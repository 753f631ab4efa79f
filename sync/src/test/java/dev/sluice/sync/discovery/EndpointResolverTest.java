package dev.sluice.sync.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sync.config.NodeAddressing;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointResolverTest {
    private final Map<String, String[]> names = new HashMap<>();
    private final List<String> lookedUp = new ArrayList<>();
    private long nowNanos;

    @Test
    void address_standsForItself() {
        EndpointResolver resolver = resolver("tcp://10.0.0.1:7070", "tcp://[fe80::1]:7071");

        resolver.resolveAll();

        assertThat(resolver.resolved())
                .extracting(ResolvedEndpoint::address)
                .containsExactly("tcp://10.0.0.1:7070", "tcp://[fe80:0:0:0:0:0:0:1]:7071");
    }

    @Test
    void name_standsForAllItsAddressesOfOneFamily() {
        names.put("rgw", new String[] {"10.0.0.1", "10.0.0.2", "fe80::1"});
        EndpointResolver resolver = resolver("tcp://rgw:7070");

        resolver.resolveAll();

        assertThat(resolver.resolved())
                .extracting(ResolvedEndpoint::address)
                .containsExactly("tcp://10.0.0.1:7070", "tcp://10.0.0.2:7070");
    }

    @Test
    void name_whoseAddressesOfOneFamilyFail_standsForThoseOfTheOther() {
        names.put("rgw", new String[] {"10.0.0.1", "10.0.0.2", "fe80::1"});
        EndpointResolver resolver = resolver("tcp://rgw:7070");
        resolver.resolveAll();
        resolver.feedback().failed("tcp://10.0.0.1:7070");
        resolver.resolveAll();
        assertThat(resolver.resolved()).hasSize(2);

        resolver.feedback().failed("tcp://10.0.0.2:7070");
        resolver.resolveAll();
        assertThat(resolver.resolved())
                .extracting(ResolvedEndpoint::address)
                .containsExactly("tcp://[fe80:0:0:0:0:0:0:1]:7070");
        resolver.resolveAll();
        assertThat(resolver.resolved()).hasSize(1);

        resolver.feedback().failed("tcp://[fe80:0:0:0:0:0:0:1]:7070");
        resolver.resolveAll();
        assertThat(resolver.resolved()).hasSize(2);
    }

    @Test
    void name_whoseAddressesOfBothFamiliesFail_changesTheFamilyEverMoreRarely_untilOneWorks() {
        names.put("rgw", new String[] {"10.0.0.1", "fe80::1"});
        EndpointResolver resolver = resolver("tcp://rgw:7070");

        assertThat(changesOfAFailingName(resolver, 600)).isBetween(10, 20);

        resolver.feedback().worked(onlyAddress(resolver));
        String worked = onlyAddress(resolver);
        resolver.resolveAll();
        resolver.feedback().failed(worked);
        resolver.resolveAll();
        assertThat(onlyAddress(resolver)).isNotEqualTo(worked);
    }

    /** How often another address is used, while each one fails at once and the name is looked up each second. */
    private int changesOfAFailingName(EndpointResolver resolver, int seconds) {
        int changes = 0;
        String before = "";
        for (int i = 0; i < seconds; i++) {
            nowNanos += 1_000_000_000L;
            resolver.resolveAll();
            String address = onlyAddress(resolver);
            changes += address.equals(before) ? 0 : 1;
            before = address;
            resolver.feedback().failed(address);
        }
        return changes;
    }

    private static String onlyAddress(EndpointResolver resolver) {
        assertThat(resolver.resolved()).hasSize(1);
        return resolver.resolved().get(0).address();
    }

    @Test
    void family_thatWorked_isKeptWhileOneOfItsAddressesWorks() {
        names.put("rgw", new String[] {"10.0.0.1", "fe80::1"});
        EndpointResolver resolver = resolver("tcp://rgw:7070");
        resolver.resolveAll();
        resolver.feedback().failed("tcp://10.0.0.1:7070");
        resolver.resolveAll();
        resolver.feedback().worked("tcp://[fe80:0:0:0:0:0:0:1]:7070");

        resolver.resolveAll();

        assertThat(resolver.resolved())
                .extracting(ResolvedEndpoint::address)
                .containsExactly("tcp://[fe80:0:0:0:0:0:0:1]:7070");
    }

    @Test
    void nameWhoseConnectionFails_isResolvedBeforeOthers() {
        names.put("first", new String[] {"10.0.0.1"});
        names.put("second", new String[] {"10.0.0.2"});
        EndpointResolver resolver = resolver("tcp://first:7070", "tcp://second:7070");
        resolver.resolveAll();
        lookedUp.clear();
        resolver.feedback().failed("tcp://10.0.0.2:7070");

        resolver.resolveAll();

        assertThat(lookedUp).containsExactly("second", "first");
    }

    @Test
    void sameAddressTwice_isOneTarget() {
        names.put("rgw", new String[] {"10.0.0.1"});
        EndpointResolver resolver = resolver("tcp://10.0.0.1:7070", "tcp://rgw:7070");

        resolver.resolveAll();

        assertThat(resolver.resolved()).hasSize(1);
    }

    @Test
    void name_lookupFailsLater_keepsItsAddress() {
        names.put("rgw", new String[] {"10.0.0.1"});
        EndpointResolver resolver = resolver("tcp://rgw:7070");
        resolver.resolveAll();
        names.clear();

        resolver.resolveAll();

        assertThat(resolver.resolved()).extracting(ResolvedEndpoint::address).containsExactly("tcp://10.0.0.1:7070");
    }

    @Test
    void name_movesToAnotherAddress_isFollowed() {
        names.put("rgw", new String[] {"10.0.0.1"});
        EndpointResolver resolver = resolver("tcp://rgw:7070");
        resolver.resolveAll();
        names.put("rgw", new String[] {"10.0.0.9"});

        resolver.resolveAll();

        assertThat(resolver.resolved()).extracting(ResolvedEndpoint::address).containsExactly("tcp://10.0.0.9:7070");
    }

    @Test
    void unknownNameAndNonsense_areProblemsBesideTheOthers() {
        EndpointResolver resolver = resolver("tcp://nowhere:7070", "nonsense", "tcp://10.0.0.1:7070");

        resolver.resolveAll();

        assertThat(resolver.resolved())
                .extracting(ResolvedEndpoint::state)
                .containsExactly(LinkState.DOWN, LinkState.UNRESOLVED, LinkState.INVALID);
    }

    @Test
    void removedEndpoint_isGone() {
        EndpointResolver resolver = resolver("tcp://10.0.0.1:7070", "tcp://10.0.0.2:7070");
        resolver.resolveAll();
        resolver.setConfigured(List.of("tcp://10.0.0.2:7070"));

        resolver.resolveAll();

        assertThat(resolver.resolved()).extracting(ResolvedEndpoint::address).containsExactly("tcp://10.0.0.2:7070");
    }

    @Test
    void ownAddress_isLeftOutByWhateverNameItIsListed() {
        names.put("rgw1", new String[] {"10.0.0.1"});
        names.put("rgws", new String[] {"10.0.0.1", "10.0.0.2"});
        EndpointResolver resolver = resolver(own("tcp://rgw1:7070"), "tcp://10.0.0.1:7070", "tcp://rgws:7070");

        resolver.resolveAll();

        assertThat(resolver.resolved()).extracting(ResolvedEndpoint::address).containsExactly("tcp://10.0.0.2:7070");
    }

    @Test
    void ownAddress_anotherPortOfTheSameHost_isAnother() {
        names.put("rgw1", new String[] {"10.0.0.1"});
        EndpointResolver resolver = resolver(own("tcp://rgw1:7070"), "tcp://rgw1:7070", "tcp://rgw1:7071");

        resolver.resolveAll();

        assertThat(resolver.resolved()).extracting(ResolvedEndpoint::address).containsExactly("tcp://10.0.0.1:7071");
    }

    @Test
    void ownName_thatStandsForSeveral_leavesOutNone() {
        names.put("rgws", new String[] {"10.0.0.1", "10.0.0.2"});
        EndpointResolver resolver = resolver(own("tcp://rgws:7070"), "tcp://rgws:7070");

        resolver.resolveAll();

        assertThat(resolver.resolved()).hasSize(2);
    }

    @Test
    void relays_areKnownAsSuch() {
        NodeAddressing behind = new NodeAddressing(Optional.empty(), List.of("tcp://10.0.0.9:7071"), 0);
        EndpointResolver resolver = resolver(behind, "tcp://10.0.0.1:7070");

        resolver.resolveAll();

        assertThat(resolver.resolved()).extracting(ResolvedEndpoint::isRelay).containsExactly(true, false);
    }

    private static NodeAddressing own(String advertise) {
        return new NodeAddressing(Optional.of(advertise), List.of(), 0);
    }

    private EndpointResolver resolver(NodeAddressing addressing, String... endpoints) {
        return new EndpointResolver(this::lookUp, List.of(endpoints), addressing, () -> nowNanos);
    }

    private EndpointResolver resolver(String... endpoints) {
        return new EndpointResolver(this::lookUp, List.of(endpoints), NodeAddressing.DIRECT, () -> nowNanos);
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        lookedUp.add(host);
        if (Character.isDigit(host.charAt(0)) || host.indexOf(':') >= 0) {
            return InetAddress.getAllByName(host);
        }
        String[] addresses = names.get(host);
        if (addresses == null) {
            throw new UnknownHostException(host);
        }
        InetAddress[] found = new InetAddress[addresses.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses[i]);
        }
        return found;
    }
}
