package dev.sluice.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sync.LinkStatus.State;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private final Map<String, String[]> names = new HashMap<>();

    @Test
    void address_standsForItself() {
        Resolver resolver = resolver("tcp://10.0.0.1:7070", "tcp://[fe80::1]:7071");

        resolver.resolveAll();

        assertThat(resolver.targets())
                .extracting(Target::address)
                .containsExactly("tcp://10.0.0.1:7070", "tcp://[fe80:0:0:0:0:0:0:1]:7071");
    }

    @Test
    void name_standsForAllItsAddressesOfOneFamily() {
        names.put("rgw", new String[] {"10.0.0.1", "10.0.0.2", "fe80::1"});
        Resolver resolver = resolver("tcp://rgw:7070");

        resolver.resolveAll();

        assertThat(resolver.targets())
                .extracting(Target::address)
                .containsExactly("tcp://10.0.0.1:7070", "tcp://10.0.0.2:7070");
    }

    @Test
    void sameAddressTwice_isOneTarget() {
        names.put("rgw", new String[] {"10.0.0.1"});
        Resolver resolver = resolver("tcp://10.0.0.1:7070", "tcp://rgw:7070");

        resolver.resolveAll();

        assertThat(resolver.targets()).hasSize(1);
    }

    @Test
    void name_lookupFailsLater_keepsItsAddress() {
        names.put("rgw", new String[] {"10.0.0.1"});
        Resolver resolver = resolver("tcp://rgw:7070");
        resolver.resolveAll();
        names.clear();

        resolver.resolveAll();

        assertThat(resolver.targets()).extracting(Target::address).containsExactly("tcp://10.0.0.1:7070");
    }

    @Test
    void name_movesToAnotherAddress_isFollowed() {
        names.put("rgw", new String[] {"10.0.0.1"});
        Resolver resolver = resolver("tcp://rgw:7070");
        resolver.resolveAll();
        names.put("rgw", new String[] {"10.0.0.9"});

        resolver.resolveAll();

        assertThat(resolver.targets()).extracting(Target::address).containsExactly("tcp://10.0.0.9:7070");
    }

    @Test
    void unknownNameAndNonsense_areProblemsBesideTheOthers() {
        Resolver resolver = resolver("tcp://nowhere:7070", "nonsense", "tcp://10.0.0.1:7070");

        resolver.resolveAll();

        assertThat(resolver.targets())
                .extracting(Target::state)
                .containsExactly(State.UNHEARD, State.UNRESOLVED, State.INVALID);
    }

    @Test
    void removedEndpoint_isGone() {
        Resolver resolver = resolver("tcp://10.0.0.1:7070", "tcp://10.0.0.2:7070");
        resolver.resolveAll();
        resolver.endpoints(List.of("tcp://10.0.0.2:7070"));

        resolver.resolveAll();

        assertThat(resolver.targets()).extracting(Target::address).containsExactly("tcp://10.0.0.2:7070");
    }

    private Resolver resolver(String... endpoints) {
        return new Resolver(this::lookUp, List.of(endpoints));
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
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
